-- Every table here can hold a row, however hard it makes it.
CREATE SCHEMA shop;
CREATE TYPE shop.mood AS ENUM ('calm', 'cross', 'very "cross"');
CREATE DOMAIN shop.positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN shop.percent AS shop.positive NOT NULL CHECK (VALUE <= 100);
CREATE DOMAIN shop.code AS varchar(8) CHECK (VALUE ~ '^[A-Z]{2}-[0-9]{3}$');
CREATE TYPE shop.address AS (street text, house integer);

CREATE TABLE shop.checks_of_one (
    age integer NOT NULL CHECK (age BETWEEN 18 AND 120), rate numeric(5, 2) NOT NULL CHECK (rate > 99.5),
    state text NOT NULL CHECK (state IN ('new', 'paid')), pin text NOT NULL CHECK (length(pin) = 4),
    mail text NOT NULL CHECK (mail LIKE '%@%.%'), upper_name text NOT NULL CHECK (upper_name = upper(upper_name)),
    pattern text NOT NULL CHECK (pattern ~ '^(ab|cd)+x{2,3}[^0-9]$'), sku varchar(5) CHECK (sku <> ''),
    meta jsonb NOT NULL CHECK (meta ? 'kind' AND jsonb_typeof(meta -> 'kind') = 'string'),
    tags text[] NOT NULL CHECK (cardinality(tags) >= 2), birth date NOT NULL CHECK (birth > '2100-01-01'),
    odd integer NOT NULL CHECK (odd % 2 = 1), shout text NOT NULL CHECK (shout ~ '!$')
);
CREATE TABLE shop.checks_of_several (
    low integer NOT NULL, high integer NOT NULL, kind text NOT NULL, amount numeric, starts date NOT NULL,
    ends date NOT NULL,
    CHECK (low < high), CHECK (kind = 'free' AND amount IS NULL OR kind = 'paid' AND amount > 10),
    CHECK (ends > starts), CHECK (high - low > 100)
);
CREATE TABLE shop.domains (share shop.percent, code shop.code NOT NULL, many shop.positive[] NOT NULL);
CREATE TABLE shop.types_of_its_own (
    mood shop.mood NOT NULL, moods shop.mood[] NOT NULL, home shop.address NOT NULL, spans int4multirange NOT NULL
);
CREATE TABLE shop.numbered (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, twice integer
    GENERATED ALWAYS AS (2) STORED);
CREATE TABLE shop.only_a_number (id serial PRIMARY KEY);
CREATE TABLE shop.no_columns ();

CREATE TABLE shop.self_nullable (id serial PRIMARY KEY, parent integer REFERENCES shop.self_nullable);
CREATE TABLE shop.self_required (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent bigint NOT NULL REFERENCES shop.self_required);
CREATE TABLE shop.circle_a (id serial PRIMARY KEY, b integer NOT NULL);
CREATE TABLE shop.circle_b (id uuid PRIMARY KEY, number integer NOT NULL UNIQUE, a integer NOT NULL
    REFERENCES shop.circle_a);
ALTER TABLE shop.circle_a ADD FOREIGN KEY (b) REFERENCES shop.circle_b (number);
CREATE TABLE shop.loose_a (id integer PRIMARY KEY, b integer);
CREATE TABLE shop.loose_b (id integer PRIMARY KEY, a integer NOT NULL REFERENCES shop.loose_a);
ALTER TABLE shop.loose_a ADD FOREIGN KEY (b) REFERENCES shop.loose_b;
CREATE TABLE shop.deferred_a (id integer PRIMARY KEY, b integer NOT NULL);
CREATE TABLE shop.deferred_b (id integer PRIMARY KEY,
    a integer NOT NULL REFERENCES shop.deferred_a DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE shop.deferred_a ADD FOREIGN KEY (b) REFERENCES shop.deferred_b DEFERRABLE;
CREATE TABLE shop.after_circle (a integer NOT NULL REFERENCES shop.circle_a);

CREATE TABLE shop.tenants (id integer PRIMARY KEY);
CREATE TABLE shop.members (tenant integer NOT NULL REFERENCES shop.tenants, number integer NOT NULL,
    PRIMARY KEY (tenant, number));
CREATE TABLE shop.seats (tenant integer NOT NULL REFERENCES shop.tenants, member integer NOT NULL,
    seat text NOT NULL,
    FOREIGN KEY (tenant, member) REFERENCES shop.members (tenant, number) MATCH FULL, UNIQUE (tenant, seat));
CREATE TABLE shop.one_to_one (tenant integer PRIMARY KEY REFERENCES shop.tenants);
CREATE TABLE shop.many_to_many (tenant integer REFERENCES shop.tenants, other integer REFERENCES shop.tenants,
    PRIMARY KEY (tenant, other), CHECK (tenant <> other));

CREATE TABLE shop.uniques (mail text NOT NULL, area text, number integer, live boolean NOT NULL,
    flag boolean NOT NULL UNIQUE);
CREATE UNIQUE INDEX ON shop.uniques (lower(mail));
CREATE UNIQUE INDEX ON shop.uniques (area) WHERE live;
CREATE UNIQUE INDEX ON shop.uniques (number) NULLS NOT DISTINCT;
CREATE EXTENSION btree_gist SCHEMA public;
CREATE TABLE shop.bookings (room integer NOT NULL, during tstzrange NOT NULL,
    EXCLUDE USING gist (room WITH OPERATOR(pg_catalog.=), during WITH &&));
CREATE TABLE shop.shifts (starts timestamp NOT NULL, ends timestamp NOT NULL, CHECK (starts < ends),
    EXCLUDE USING gist (tsrange(starts, ends) WITH &&));

CREATE TABLE shop.by_list (region text NOT NULL, id integer) PARTITION BY LIST (region);
CREATE TABLE shop.by_list_eu PARTITION OF shop.by_list FOR VALUES IN ('de', 'fr');
CREATE TABLE shop.by_list_us PARTITION OF shop.by_list FOR VALUES IN ('us') PARTITION BY RANGE (id);
CREATE TABLE shop.by_list_us_1 PARTITION OF shop.by_list_us FOR VALUES FROM (5000) TO (5010);
CREATE TABLE shop.by_day (day date NOT NULL, id serial, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
CREATE TABLE shop.by_day_1 PARTITION OF shop.by_day FOR VALUES FROM ('2031-05-01') TO ('2031-06-01');
CREATE TABLE shop.by_hash (id integer PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE shop.by_hash_0 PARTITION OF shop.by_hash FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE shop.to_partitioned (day date NOT NULL, id integer NOT NULL,
    FOREIGN KEY (day, id) REFERENCES shop.by_day);

CREATE TABLE shop.ancestor (id integer NOT NULL, CHECK (id > 7000));
CREATE TABLE shop.heir (extra text NOT NULL) INHERITS (shop.ancestor);
CREATE TABLE shop.sire (id serial PRIMARY KEY);
CREATE TABLE shop.foal () INHERITS (shop.sire);
CREATE TABLE shop.to_sire (sire integer NOT NULL REFERENCES shop.sire);
CREATE TABLE shop.unknown_types (a tid NOT NULL, b regtype NOT NULL, c xid NOT NULL, d pg_snapshot NOT NULL);
CREATE TABLE shop.guarded (name text NOT NULL, size integer);
CREATE FUNCTION shop.guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF new.size IS NOT NULL AND new.size < 0 THEN RAISE 'no negative size'; END IF;
    new.name := upper(new.name); RETURN new; END $$;
CREATE TRIGGER guard BEFORE INSERT ON shop.guarded FOR EACH ROW EXECUTE FUNCTION shop.guard();
CREATE TABLE shop.secured (id integer PRIMARY KEY);
ALTER TABLE shop.secured ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.secured FORCE ROW LEVEL SECURITY;
CREATE TABLE shop."Odd %s ""na""me" ("a %s b" integer NOT NULL CHECK ("a %s b" > 41), "select" text);

CREATE EXTENSION citext SCHEMA public;
CREATE EXTENSION hstore SCHEMA public;
CREATE EXTENSION ltree SCHEMA public;
CREATE DOMAIN shop.handle AS public.citext NOT NULL CHECK (VALUE ~ '^[a-z0-9_]{3,30}$');
CREATE TABLE shop.plain_types (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, small smallint NOT NULL, amount money NOT NULL,
    wide numeric NOT NULL, price numeric(10, 2) NOT NULL, ratio real NOT NULL, exact double precision NOT NULL,
    code char(3) NOT NULL, padded char(10) NOT NULL, blob bytea NOT NULL, flags bit(5) NOT NULL,
    more_flags bit varying(9) NOT NULL, token uuid NOT NULL, waits interval NOT NULL, day date NOT NULL,
    hour time NOT NULL, hour_there timetz NOT NULL, at timestamp NOT NULL, moment timestamptz NOT NULL,
    doc json NOT NULL, docb jsonb NOT NULL, words tsvector NOT NULL, asked tsquery NOT NULL, where_to jsonpath NOT NULL,
    host inet NOT NULL, net cidr NOT NULL, card macaddr NOT NULL, card8 macaddr8 NOT NULL
);
CREATE TABLE shop.shapes (
    dot point NOT NULL, endless line NOT NULL, stretch lseg NOT NULL, frame box NOT NULL CHECK (area(frame) >= 0),
    way path NOT NULL, area polygon NOT NULL CHECK (npoints(area) >= 1), ring circle NOT NULL CHECK (radius(ring) < 1e9)
);
CREATE TABLE shop.extension_types (
    handle shop.handle UNIQUE, mail public.citext NOT NULL CHECK (position('@' in mail) > 1),
    pairs public.hstore NOT NULL CHECK (public.exist(pairs, 'lang')),
    place public.ltree NOT NULL CHECK (place OPERATOR(public.<@) 'Top')
);
CREATE TABLE shop.ranges_and_arrays (
    span int4range NOT NULL CHECK (NOT isempty(span)), during tstzrange NOT NULL CHECK (upper(during) > lower(during)),
    days datemultirange NOT NULL, labels shop.mood[] NOT NULL CHECK (cardinality(labels) > 0),
    homes shop.address[] NOT NULL, home shop.address NOT NULL CHECK ((home).house > 0), grid integer[] NOT NULL,
    codes shop.code[] NOT NULL CHECK (array_position(codes, NULL) IS NULL)
);
CREATE TABLE shop.documents (
    doc jsonb NOT NULL CHECK (jsonb_typeof(doc) = 'object' AND doc ?& ARRAY['id', 'items']
        AND jsonb_typeof(doc -> 'items') = 'array'),
    settings jsonb NOT NULL CHECK (coalesce((settings #>> '{limits,daily}')::integer, 0) > 100)
);
CREATE TABLE shop.follows_from_others (
    first text NOT NULL, last text NOT NULL, whole text NOT NULL, digest text NOT NULL, net integer NOT NULL,
    tax integer NOT NULL, gross integer NOT NULL, kind text NOT NULL, card text, bank text, doubled integer
        GENERATED ALWAYS AS (tax * 2) STORED,
    CHECK (whole = first || ' ' || last), CHECK (digest = md5(whole)), CHECK (gross = net + tax), CHECK (tax >= 0),
    CHECK (CASE kind WHEN 'card' THEN card IS NOT NULL AND bank IS NULL WHEN 'bank' THEN bank IS NOT NULL AND card IS NULL
        ELSE false END)
);
CREATE TABLE shop.picky (name text NOT NULL, size integer NOT NULL);
CREATE FUNCTION shop.pick() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF length(new.name) < 3 OR new.name <> lower(new.name) THEN RAISE 'a name is three small letters at least'; END IF;
    IF new.size % 2 <> 0 THEN RAISE check_violation USING message = 'a size is even'; END IF;
    new.size := new.size / 2; RETURN new; END $$;
CREATE TRIGGER pick BEFORE INSERT OR UPDATE ON shop.picky FOR EACH ROW EXECUTE FUNCTION shop.pick();
CREATE TABLE shop.checked_later (id integer PRIMARY KEY, size integer NOT NULL);
CREATE FUNCTION shop.check_later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF new.size < 0 THEN RAISE 'no negative size'; END IF; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER check_later AFTER INSERT OR UPDATE ON shop.checked_later DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION shop.check_later();
CREATE TABLE shop.noted (id integer PRIMARY KEY, word text);
CREATE TABLE shop.notes (id integer, word text);
CREATE RULE note AS ON INSERT TO shop.noted DO ALSO INSERT INTO shop.notes VALUES (new.id, new.word);
CREATE TABLE shop.seen_by_owner (id integer PRIMARY KEY, owner name NOT NULL CHECK (owner = 'ada'));
ALTER TABLE shop.seen_by_owner ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.seen_by_owner FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON shop.seen_by_owner USING (owner = CURRENT_USER);
CREATE TABLE shop.nested_domains (many shop.percent[] NOT NULL CHECK (cardinality(many) BETWEEN 2 AND 3));
CREATE TABLE shop.measures (day date NOT NULL, station integer NOT NULL, value numeric, PRIMARY KEY (station, day))
    PARTITION BY HASH (station);
CREATE TABLE shop.measures_0 PARTITION OF shop.measures FOR VALUES WITH (MODULUS 2, REMAINDER 0) PARTITION BY RANGE (day);
CREATE TABLE shop.measures_0_old PARTITION OF shop.measures_0 FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
CREATE TABLE shop.measures_0_new PARTITION OF shop.measures_0 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE shop.measures_1 PARTITION OF shop.measures FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE shop.alarms (station integer NOT NULL, day date NOT NULL, FOREIGN KEY (station, day) REFERENCES shop.measures);
CREATE TABLE shop.keys_in_two (tenant integer, number integer, code text, UNIQUE (tenant, number),
    UNIQUE NULLS NOT DISTINCT (tenant, code), CHECK (tenant BETWEEN 1 AND 3));
CREATE TABLE shop.one_default (id integer PRIMARY KEY, account integer NOT NULL, is_default boolean NOT NULL);
CREATE UNIQUE INDEX ON shop.one_default (account) WHERE is_default;
CREATE UNIQUE INDEX ON shop.one_default ((account + id));
CREATE TABLE shop.triangle_a (id integer PRIMARY KEY, b integer NOT NULL);
CREATE TABLE shop.triangle_b (id integer PRIMARY KEY, c integer NOT NULL);
CREATE TABLE shop.triangle_c (id integer PRIMARY KEY, a integer NOT NULL REFERENCES shop.triangle_a
    DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE shop.triangle_a ADD FOREIGN KEY (b) REFERENCES shop.triangle_b DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE shop.triangle_b ADD FOREIGN KEY (c) REFERENCES shop.triangle_c DEFERRABLE INITIALLY DEFERRED;
