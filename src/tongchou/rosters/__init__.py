"""Lists of helped people: received, matched, what is found issued to towns and closed again."""
