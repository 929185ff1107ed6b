/** Random changes of a bundle's files. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf } from '../support/files.ts';
import type { Random } from './mutations-random.ts';

/** Changes, deletes or exchanges files of a bundle. */
export function changeBundle(random: Random, path: string): void {
  const names = [...filesOf(path).keys()];
  const name = random.of(names);
  const file = join(path, name);
  if (name.endsWith('.json')) {
    writeFileSync(file, changedJson(random, readFileSync(file, 'utf8')));
    return;
  }
  const alike = names.filter(
    (each) => each !== name && each.split('/').slice(0, 4).join() === name.split('/').slice(0, 4).join(),
  );
  const kind = random.below(4);
  if (kind === 0) {
    rmSync(file);
  } else if (kind === 1 && alike.length > 0) {
    const other = join(path, random.of(alike));
    renameSync(file, `${file}.swapped`);
    renameSync(other, file);
    renameSync(`${file}.swapped`, other);
  } else {
    writeFileSync(file, random.changed(readFileSync(file)));
  }
}

/** Another value of one member, in the same spelling. */
function changedJson(random: Random, text: string): string {
  const values = [...text.matchAll(/(?<=: ?)("[^"]*"|\d+)/g)];
  const { 1: value = '', index: at } = random.of(values);
  const other = value.startsWith('"') ? `"${value.slice(1, -1)}x"` : String(Number(value) + 1);
  return text.slice(0, at) + other + text.slice(at + value.length);
}
