"""What a journal may ask for, a file for each resource type: understand, call the domain, answer."""
