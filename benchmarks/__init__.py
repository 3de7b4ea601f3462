"""How Roundtrip compares with what else there is, in time and in what is found."""
