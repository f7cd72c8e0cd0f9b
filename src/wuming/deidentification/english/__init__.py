"""Names of persons, organisations and places, and postal addresses, in English text: CPU only, nothing downloaded."""
