#!/bin/sh
# setup.sh [build|test]...: install what spiqe needs and this machine lacks, on Debian 12, Ubuntu
# 22.04 and 24.04 or later. Says what it installs; asks for sudo only when not root; does nothing,
# quickly, when all is there.
set -eu

# One need a line: "command:NAME" is met by a program on the path, "python:NAME" by a module, then
# packages, any of which meets it; the first that the system offers is installed.
build_needs='
command:make make
command:gcc gcc
command:ninja ninja-build
command:pkg-config pkg-config pkgconf
- libc6-dev
- libdnnl-dev
- libcurl4-openssl-dev libcurl4-gnutls-dev
- libpng-dev
- libyaml-dev
- libcjson-dev
- libzip-dev
- libhdf5-dev
- liblz4-dev
- libzstd-dev
- zlib1g-dev
- libssl-dev'

test_needs='
command:g++ g++
command:clang clang
command:python3 python3
python:ensurepip python3-venv
- libclang-rt-dev libclang-rt-14-dev libclang-common-14-dev
- libomp-dev
- libcmocka-dev
- llvm
- util-linux'

need_cmake=3.25
root=$(cd "$(dirname "$0")/.." && pwd)
tools=$root/build/tools # holds a newer CMake where the system's is too old

say() { printf 'setup: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

at_least() { # at_least 3.25 3.22.1: is the second version the first or later?
  [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

have_cmake() { # any CMake that is new enough, the system's or ours
  for candidate in cmake "$tools/bin/cmake"; do
    version=$("$candidate" --version 2>/dev/null | sed -n '1s/[^0-9]*\([0-9.]*\).*/\1/p') || true
    if [ -n "$version" ] && at_least $need_cmake "$version"; then return 0; fi
  done
  return 1
}

is_debian() { [ -r /etc/os-release ] && grep -q '^ID=debian' /etc/os-release; }

# The needs of the groups that are not met, one a line, packages only.
missing() {
  needs=''
  for group in $groups; do
    case $group in
      build) needs="$needs$build_needs" ;;
      test) needs="$needs$test_needs"
        # Chromium renders the report page in a test; on Ubuntu it is a snap, and the test skips.
        if is_debian; then needs="$needs
command:chromium chromium"; fi ;;
    esac
  done
  have_cmake || needs="$needs
- cmake"
  # shellcheck disable=SC2046,SC2086 # package names hold no spaces
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Abbrev}\n' \
      $(printf '%s\n' "$needs" | sed 's/^[^ ]*//') 2>/dev/null | sed -n 's/ ii *$//p') || true
  printf '%s\n' "$needs" | while read -r by packages; do
    [ -n "$by" ] || continue
    case $by in
      command:*) if command -v "${by#command:}" >/dev/null 2>&1; then continue; fi ;;
      python:*) if python3 -c "import ${by#python:}" 2>/dev/null; then continue; fi ;;
    esac
    met=no
    for package in $packages; do
      case "
$installed
" in *"
$package
"*) met=yes ;; esac
    done
    [ $met = yes ] || printf '%s\n' "$packages"
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  elif [ -t 0 ]; then
    sudo env DEBIAN_FRONTEND=noninteractive "$@" # asks for the password itself
  else
    sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
  fi
}

# The first package of each line that the system offers.
choose() {
  while read -r packages; do
    chosen=''
    for package in $packages; do
      if [ -n "$(apt-cache madison "$package" 2>/dev/null)" ]; then
        chosen=$package
        break
      fi
    done
    printf '%s\n' "${chosen:-${packages%% *}}"
  done
}

newer_cmake() {
  say "this system's CMake is older than $need_cmake; putting a newer one into build/tools"
  say "  (python3 -m venv, pip install cmake; nothing outside this folder changes)"
  python3 -c 'import ensurepip' 2>/dev/null ||
    as_root apt-get -q -y --no-install-recommends install python3-venv >&2 ||
    fail "python3-venv could not be installed; install CMake $need_cmake or later by hand"
  { python3 -m venv "$tools" && "$tools/bin/pip" install --quiet 'cmake>=3.25,<4'; } ||
    fail "CMake $need_cmake or later could not be installed; see https://cmake.org/download"
}

groups=${*:-build}
for group in $groups; do
  case $group in build | test) ;; *) fail "'$group' is not a group; use: build, test" ;; esac
done
command -v apt-get >/dev/null 2>&1 || fail "this is not a Debian-like system (no apt-get).
  Install by your own means what scripts/setup.sh lists at its top, and CMake $need_cmake or
  later; then run make SETUP=true ..., which skips this step."

install_packages() {
  names=$(printf '%s\n' "$lacking" | sed 's/ .*//')
  if [ "$(id -u)" != 0 ]; then
    # shellcheck disable=SC2086
    command -v sudo >/dev/null 2>&1 ||
      fail "no sudo here; run scripts/setup.sh as root once, to install:" $names
    say "installing packages needs root; sudo may ask for your password"
  fi
  # shellcheck disable=SC2086
  say "not there yet:" $names
  say "reading the lists of packages (apt-get update)"
  as_root apt-get -q update >&2 ||
    say "warning: apt-get update failed; going on with the lists there are"
  packages=$(printf '%s\n' "$lacking" | choose | sort -u)
  # shellcheck disable=SC2086
  say "installing:" $packages
  # shellcheck disable=SC2086
  as_root apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=600 \
      -o Acquire::Retries=3 install $packages >&2 ||
    fail "apt-get could not install; is there network, are the package sources set? Wanted:" \
      $packages
  lacking=$(missing)
  [ -z "$lacking" ] || fail "still not there: $(printf '%s' "$lacking" | tr '\n' ' ')"
}

lacking=$(missing)
if [ -z "$lacking" ] && have_cmake; then exit 0; fi
[ -z "$lacking" ] || install_packages
have_cmake || newer_cmake
say "all is there"
