#!/bin/sh
# From a bare Debian 12 or 13 to a served register: sh deploy/debian.sh register.example.org
#
# Run it as root in a copy of the project. It can be repeated, and is how a new version is installed too:
# what is there already stays, and the database is backed up before it is upgraded. Each step says what it does.
set -eu
site=${1:-}
here=$(cd "$(dirname "$0")/.." && pwd)
home=/srv/register settings=/etc/register.env state=/var/lib/register
case $site in
*.*) ;;
*) echo "Name the site: sh deploy/debian.sh register.example.org" >&2; exit 2 ;;
esac
if [ "$(id -u)" != 0 ]; then
    echo "Run it as root." >&2
    exit 2
fi

step() { printf '\n== %s\n' "$1"; }
# Without systemd (in a container, in a chroot) services are left to whoever made it.
has_systemd() { [ -d /run/systemd/system ]; }

step "Packages of Debian"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    python3 python3-venv binutils postgresql redis-server nginx certbot age curl ca-certificates >/dev/null

step "The user and the folder of the server"
id register >/dev/null 2>&1 || useradd --system --user-group --home-dir "$state" --shell /usr/sbin/nologin register
install --directory --owner=register --group=register --mode=0750 "$state"

step "PostgreSQL: a database that this user owns, without a password"
has_systemd || service postgresql start
as_postgres() { (cd / && runuser -u postgres -- psql --quiet --tuples-only --no-align --command "$1"); }
[ "$(as_postgres "SELECT 1 FROM pg_roles WHERE rolname = 'register'")" ] \
    || as_postgres "CREATE ROLE register LOGIN CREATEDB"
[ "$(as_postgres "SELECT 1 FROM pg_database WHERE datname = 'register'")" ] \
    || as_postgres "CREATE DATABASE register OWNER register ENCODING 'UTF8' TEMPLATE template0"
has_systemd || service redis-server start

step "Settings in $settings"
if [ ! -e "$settings" ]; then
    (umask 077 && sed -e "s/^SECRET_KEY=.*/SECRET_KEY=$(head -c 48 /dev/urandom | base64 | tr '+/' '-_')/" \
        -e "s/^ALLOWED_HOSTS=.*/ALLOWED_HOSTS=$site/" -e "s#^SITE_URL=.*#SITE_URL=https://$site#" \
        -e "s#^\#DATABASE_URL=.*#DATABASE_URL=postgres://register@%2Fvar%2Frun%2Fpostgresql/register#" \
        -e "s#^\#CACHE_URL=.*#CACHE_URL=redis://127.0.0.1:6379/0#" -e "s/^#START_WORKERS=.*/START_WORKERS=0/" \
        -e "/^# == compose.yaml alone ==/,\$d" "$here/.env.example" > "$settings")
fi

step "The program in $home"
if has_systemd; then systemctl stop register register-worker 2>/dev/null || true; fi
install --directory "$home"
for part in config relations templates static fixtures docs deploy manage.py pyproject.toml requirements.txt \
    LICENSE LICENSE-DATA .env.example; do
    rm -rf "${home:?}/$part"
    cp -r "$here/$part" "$home/"
done
find "$home" -name __pycache__ -prune -exec rm -rf {} +
chmod -R u=rwX,go=rX "$home"
rm -rf "$home/.venv" "$home/staticfiles"
(umask 022 && sh "$home/deploy/build.sh" packages "$home/.venv" && sh "$home/deploy/build.sh" program "$home/.venv")

step "The database, of whatever version it is"
sh "$home/deploy/manage.sh" upgrade

step "Services"
install --mode=0644 "$here"/deploy/systemd/* /etc/systemd/system/
if has_systemd; then
    systemctl daemon-reload
    systemctl enable --quiet --now register register-worker
    for timer in "$here"/deploy/systemd/*.timer; do systemctl enable --quiet --now "$(basename "$timer")"; done
else
    echo "There is no systemd here: start what /etc/systemd/system/register.service names."
fi

step "nginx"
if [ ! -e /etc/nginx/sites-available/register ]; then
    sed "s/register\.example\.org/$site/g" "$here/deploy/nginx.conf" > /etc/nginx/sites-available/register
fi
if [ -e "/etc/letsencrypt/live/$site/fullchain.pem" ]; then
    ln -sf /etc/nginx/sites-available/register /etc/nginx/sites-enabled/register
    nginx -t -q
    if has_systemd; then systemctl reload nginx; fi
else
    cat <<TEXT
There is no certificate yet. When the name $site leads to this machine:
    certbot certonly --webroot -w /var/www/html -d $site --deploy-hook 'systemctl reload nginx'
    sh $here/deploy/debian.sh $site
TEXT
fi

step "Done"
echo "An account: sh $home/deploy/manage.sh createsuperuser"
echo "What may be wrong: sh $home/deploy/manage.sh doctor"
