#!/bin/sh
# Compiles the C programs that object files are tested with. The objects are checked in: only who
# changes a source needs clang 19 (apt install clang-19 llvm-19 libbpf-dev linux-libc-dev).
set -eu
cd "$(dirname "$0")"
for source in ${1:-*.c}; do
  cpu=v3
  case $source in v4*) cpu=v4 ;; v1*) cpu=v1 ;; esac
  clang-19 -O2 -g -target bpf -mcpu=$cpu -I"/usr/include/$(uname -m)-linux-gnu" -Wall \
    -Wno-unused-function -fdebug-prefix-map="$PWD"=. -c "$source" -o "${source%.c}.o"
  llvm-strip-19 -g "${source%.c}.o"
done
