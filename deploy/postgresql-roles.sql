-- Two roles for one database (PostgreSQL 15): the owner changes tables, the site only uses them.
-- Run as a superuser of the server, once before the first migration. Then run migrations with
--   DATABASE_URL=postgres://portal_owner@%2Frun%2Fpostgresql/portal python manage.py migrate
-- and everything else with the role "portal". "manage.py check --deploy --database default" says
-- when the site's role could change the record (portal.E033).

CREATE ROLE portal_owner LOGIN;
CREATE ROLE portal LOGIN;
CREATE DATABASE portal OWNER portal_owner;
\connect portal
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO portal_owner;
GRANT USAGE ON SCHEMA public TO portal;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO portal;

-- After the first migration, and again should the table ever be made anew: rows of the record are
-- added and read, nothing else. Its triggers refuse the rest as well; only the owner can drop them.
REVOKE UPDATE, DELETE, TRUNCATE ON portal_auditrow FROM portal;
REVOKE DELETE, TRUNCATE ON portal_audithead FROM portal;
