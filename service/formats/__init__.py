"""A dossier in the formats that others read, with what each of them cannot hold."""
