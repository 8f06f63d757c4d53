# Sourced by ./dev: what the tests need from the machine. Each function installs what is missing or ends with a message
# that says what to install; none lets a test be skipped.
# shellcheck shell=bash

die() {
    echo "dev: $*" >&2
    exit 1
}

# install_packages WHY PACKAGE...: from the system's packages, as root or through a sudo that asks nothing.
install_packages() {
    local why=$1 root=()
    shift
    [ "$(id -u)" = 0 ] || root=(sudo -n)
    if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; }; then
        die "$why. Install it (on Debian: apt-get install $*) and run this again."
    fi
    echo "installing $* ($why)"
    # The lists first: those of a new machine are empty, or know yesterday's packages.
    "${root[@]}" apt-get update >/dev/null 2>&1 || true
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >/dev/null \
        || die "apt-get could not install $*"
}

ensure_postgres() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null \
        || install_packages "the storage tests need a PostgreSQL server" postgresql
}

# A folder for this run's cluster. Under target when the server's user can get there, for a clone in /root it cannot.
cluster_folder() {
    local inside=$PWD/target/test-postgres/$$
    mkdir -p "$inside"
    if [ "$(id -u)" = 0 ] && ! (cd / && runuser -u postgres -- test -x "$inside"); then
        rmdir "$inside"
        inside=$(mktemp -d "${TMPDIR:-/tmp}/helin-test-postgres.XXXXXX")
        chmod 755 "$inside"
    fi
    echo "$inside"
}

ensure_browser() {
    [ -x "${CHROMIUM:-/usr/bin/chromium}" ] || install_packages "the browser tests need Chromium" chromium
    # Without a Chinese font every screenshot is a page of boxes, and widths are measured wrong.
    compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null \
        || [ -n "$(fc-list ':lang=zh-cn' family 2>/dev/null)" ] \
        || install_packages "the browser tests need a Chinese font" fonts-noto-cjk
}

node_is_new_enough() {
    command -v node >/dev/null && [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20')" = true ]
}

# Node 20 or newer. Debian 12 packages Node 18, whose npm then fetches a newer node by the hash in e2e/node20.
ensure_node() {
    node_is_new_enough && command -v npm >/dev/null && return
    local arch=x64
    [ "$(uname -m)" = x86_64 ] || arch=arm64
    # The package's own folder: npm 9 makes no links to programs when scripts are off.
    export PATH=$PWD/e2e/node20/node_modules/node-linux-$arch/bin:$PATH
    hash -r
    node_is_new_enough && command -v npm >/dev/null && return
    command -v npm >/dev/null || install_packages "the browser tests need Node.js with npm" nodejs npm
    if ! node_is_new_enough; then
        echo "installing Node 20 in e2e/node20"
        (cd e2e/node20 && npm ci --no-audit --no-fund --loglevel=error)
        hash -r
    fi
    node_is_new_enough || die "the browser tests need Node.js 20 or newer"
}

rust_is_new_enough() {
    local least has
    least=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    has=$(rustc --version 2>/dev/null | cut -d ' ' -f 2) && [ -n "$has" ] || return 1
    cargo --version >/dev/null 2>&1 && printf '%s\n%s\n' "$least" "$has" | sort --version-sort --check=quiet
}

# Rust of the version in Cargo.toml, and a C compiler. Debian 12 packages its Rust of today for browsers, as rustc-web. A rustup
# on the PATH that has no toolchain stands before it, so its programs get a folder that stands before that.
ensure_rust() {
    command -v cc >/dev/null || install_packages "the build needs a C compiler" gcc libc6-dev
    rust_is_new_enough && return
    local programs=$PWD/target/rust program
    mkdir -p "$programs"
    for program in cargo rustc rustdoc rustfmt cargo-fmt cargo-clippy clippy-driver; do
        ln -sf "/usr/bin/$program" "$programs/$program"
    done
    export PATH=$programs:$PATH
    hash -r
    rust_is_new_enough && return
    install_packages "the build needs Rust" rustc-web cargo-web
    hash -r
    rust_is_new_enough || die "the build needs the Rust of Cargo.toml or newer, as from https://rustup.rs"
}

rust_parts_are_there() {
    cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1
}

ensure_rust_parts() {
    rust_parts_are_there && return
    if [[ $(command -v cargo) == "$PWD"/target/rust/* ]]; then
        install_packages "the checks need rustfmt and clippy" rustfmt-web rust-web-clippy
    elif command -v rustup >/dev/null; then
        rustup component add rustfmt clippy
    fi
    rust_parts_are_there || die "rustfmt and clippy are missing, and there is no rustup to add them"
}
