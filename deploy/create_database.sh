#!/bin/sh
# Run by Patroni on a new cluster, with the superuser's DSN: makes the service's role and its database.
set -eu
: "${DEPOSITARY_DATABASE_PASSWORD:?is what the service will connect with}"

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname="$1" <<'SQL'
\getenv password DEPOSITARY_DATABASE_PASSWORD
CREATE ROLE depositary LOGIN PASSWORD :'password';
CREATE DATABASE depositary OWNER depositary;
SQL
