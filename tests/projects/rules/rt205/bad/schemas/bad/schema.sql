-- PostgreSQL 18; written by `roundtrip schemas record`, to be read

-- schema public
--   standard public schema
CREATE SCHEMA public;

-- table public.users
CREATE TABLE public.users (
    id serial,
    email character varying(255) NOT NULL,
    nickname character varying(50),
    CONSTRAINT users_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_users_email ON public.users USING btree (email);
