"""What is said about a person, and accounts that only a word beside them gives away; Chinese and English."""
