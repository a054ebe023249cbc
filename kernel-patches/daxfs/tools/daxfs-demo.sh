#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# daxfs-demo: h0 makes a filesystem in the memory that the hosts share, all mount it, and each reads by name and through
# a mapping what the others wrote. It ends with 0 only if every byte is right.
set -e
me=${HOST_INDEX:-0} hosts=$(seq 0 $((${HOST_COUNT:-1} - 1))) at=/mnt/daxfs tries=0
memory=/dev/dax0.0
[ -e "$memory" ] || memory=$(sed -n 's/.*memmap=\(\w*\)\$\(\w*\).*/phys:\2,\1/p' /proc/cmdline)

# Each host leaves a file, and waits for those of the others.
meet() {
	: > $at/"$1.$me"
	for h in $hosts; do until [ -e "$at/$1.$h" ]; do sleep 0.1; done; done
}

mkdir -p $at
[ "$me" != 0 ] || mkfs.daxfs "$memory"
until mount.daxfs "$memory" $at 2> /tmp/reason; do
	[ $((tries += 1)) -lt 300 ] || { cat /tmp/reason; exit 1; }
	sleep 0.1
done
dd if=/dev/urandom of="$at/bytes.$me" bs=1M count=3 2> /dev/null
(cd $at && md5sum "bytes.$me" > "sum.$me")
meet written
for h in $hosts; do
	(cd $at && md5sum -c "sum.$h")
	zerohop-daxfs mapped "$at/bytes.$h" | cmp - "$at/bytes.$h"
	echo "host $me has seen host $h" >> $at/log
done
meet read
[ "$me" != 0 ] || { sort $at/log; daxfs-inspect "$memory"; }
meet seen
umount $at
[ "$me" = 0 ] || exit 0
while daxfs-inspect "$memory" | grep -q '^host.*live'; do sleep 0.1; done
fsck.daxfs -n "$memory"
