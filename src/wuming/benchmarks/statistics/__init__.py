"""Private answers: what intervals hold, how far off answers are beside peers, how long they take, who is charged."""
