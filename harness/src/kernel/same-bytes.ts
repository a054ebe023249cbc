/** Options of tar with which equal files make equal archives. */
export const sameBytes = [
  '--sort=name',
  '--format=gnu',
  '--mtime=@0',
  '--mode=u=rwX,go=rX',
  '--owner=0',
  '--group=0',
  '--numeric-owner',
] as const;
