#!/bin/sh
# Breaks the ring, or what its callers do around it, one line at a time; the search must find each. RING is
# the header, OUT a folder for what is built. Prints a line a mutant; the status is 1 if one survives.
set -u
: "${RING:?the ring header}" "${OUT:?a folder}"
here=$(dirname "$0")
survivors=0

build_and_search() {
	${CC:-cc} -std=gnu11 -O1 -w -DRING_H="\"$2\"" -DMUTANT="$3" -o "$OUT/mutant" "$here/explore.c" "$here/model.c" || exit 2
	if finding=$("$OUT/mutant" 2); then
		echo "survives: $1"
		survivors=$((survivors + 1))
	else
		echo "found: $1 ($(echo "$finding" | tail -1))"
	fi
}

# A mutant of the header: what it is, and the sed program that makes it, which must change something.
ring() {
	sed "$2" "$RING" > "$OUT/mutant.h"
	if cmp -s "$RING" "$OUT/mutant.h"; then
		echo "no such line any more: $1"
		exit 2
	fi
	build_and_search "$1" "$OUT/mutant.h" 0
}

# A mutant of the callers' part, by its name in explore.c.
caller() {
	build_and_search "$1" "$(realpath "$RING")" "$1"
}

ring 'produce releases nothing' '/smp_store_release(&ring->head/s/smp_store_release(&\(.*\), \(.*\));/WRITE_ONCE(\1, \2);/'
ring 'readable acquires nothing' '/ring->head_seen = smp_load_acquire/s/smp_load_acquire(&ring->head)/READ_ONCE(ring->head)/'
ring 'consume releases nothing' '/smp_store_release(&ring->tail/s/smp_store_release(&\(.*\), \(.*\));/WRITE_ONCE(\1, \2);/'
ring 'room acquires nothing' '/ring->tail_seen = smp_load_acquire/s/smp_load_acquire(&ring->tail)/READ_ONCE(ring->tail)/'
ring 'produce has no full barrier' '/^static inline void splice_ring_produce/,/^}/s/smp_mb();//'
ring 'starve has no full barrier' '/^static inline void splice_ring_starve/,/^}/s/smp_mb();//'
ring 'consume has no full barrier' '/^static inline bool splice_ring_consume/,/^}/s/smp_mb();//'
ring 'starve says nothing' '/WRITE_ONCE(ring->starved, 1)/d'
ring 'room is one byte too much' '/room = ring->size - (ring->head/s/ring->size -/ring->size + 1 -/'
caller NO_RECHECK_OF_DATA
caller NO_RECHECK_OF_ROOM
caller NO_SECOND_LOOK
caller NO_READER_BARRIER
caller NO_WAKE_OF_READER
caller NO_WAKE_OF_WRITER
caller FEED_AFTER_WAKE
caller NO_GONE_CHECK
caller NO_LEAVING_BARRIER
echo "$survivors survive"
[ "$survivors" = 0 ]
