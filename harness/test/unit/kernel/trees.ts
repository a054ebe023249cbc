import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with these files in it; a scratch folder if no place is given. */
export async function plant(files: Record<string, string>, dir?: string): Promise<string> {
  const root = dir ?? (await mkdtemp(join(tmpdir(), 'zerohop-kernel-')));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

/** A patch, as git writes one, that replaces the only line of a file. */
export function patchLine(path: string, from: string, to: string): string {
  return `From: A Developer <a@example.org>
Subject: [PATCH] change ${path}

---
diff --git a/${path} b/${path}
--- a/${path}
+++ b/${path}
@@ -1 +1 @@
-${from}
+${to}
`;
}
