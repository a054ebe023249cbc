/** A version's section: the subjects of its commits ("area: imperative"), by area. */
export function changelogOf(version: string, subjects: readonly string[], date: string): string {
  const byArea = new Map<string, string[]>();
  for (const subject of subjects) {
    const [, area = 'other', what = subject] = /^([\w/., -]{1,40}): (.+)$/.exec(subject) ?? [];
    if (area === 'release') continue;
    byArea.set(area, [...(byArea.get(area) ?? []), what]);
  }
  const areas = [...byArea].sort(([a], [b]) => a.localeCompare(b));
  const parts = areas.map(([area, all]) => `### ${area}\n\n${all.map((what) => `- ${what}\n`).join('')}`);
  return `## ${version} (${date})\n\n${parts.join('\n')}`;
}

/** The newest version stands first, below the title. */
export function withSection(changelog: string, section: string): string {
  const title = '# Changes\n';
  const rest = changelog.startsWith(title) ? changelog.slice(title.length) : changelog;
  return `${title}\n${section}${rest.trim() === '' ? '' : `\n${rest.trimStart()}`}`;
}
