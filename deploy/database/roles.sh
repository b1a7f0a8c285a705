#!/bin/sh
# Run once, by the database's own image, when it makes an empty database: the role under which the site reads.
# Which releases it may read is granted by `python -m app publish` (FAULTLINES_WEB_ROLE); it may write nothing.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$FAULTLINES_WEB_PASSWORD" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE faultlines_web LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 200;
REVOKE CREATE, TEMPORARY ON DATABASE :"DBNAME" FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SQL
