import { NumberTable } from '../../shared/files/numberTable';
import type { ResourceReference } from '../../shared/files/preparer';
import { keyOf } from './ownIds';

/** What is counted across an export: beyond this, a reference is no longer told from one that leads nowhere. */
const MAX_COUNTED = 1_000_000;

/** The resources of one file, and how often it refers to which, by a part of their ids. */
export class FileReferences {
	readonly ids = new NumberTable();
	readonly targets = new NumberTable();
	/** There were more than are counted. */
	isCut = false;

	/** @param id of ours */
	add(id: string, references: readonly ResourceReference[]): void {
		if (this.ids.size + this.targets.size >= MAX_COUNTED) {
			this.isCut = true;
			return;
		}
		this.ids.add(keyOf(id));
		for (const { key } of references) this.targets.add(key);
	}
}

/** How many references of the files of an export lead to a resource that none of them holds; null if there were too many to tell. */
export function danglingIn(files: readonly FileReferences[]): number | null {
	const size = files.reduce((sum, { ids }) => sum + ids.size, 0);
	if (size > MAX_COUNTED || files.some(({ isCut }) => isCut)) return null;
	const held = new NumberTable();
	for (const { ids } of files) ids.forEach((key) => held.add(key));
	let dangling = 0;
	for (const { targets } of files) {
		targets.forEach((key, count) => {
			if (!held.has(key)) dangling += count;
		});
	}
	return dangling;
}
