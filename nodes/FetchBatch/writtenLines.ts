import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { KeptTargets } from './prepare/keptTargets';
import type { Preparation } from './prepare/preparation';

/** The lines of a file that is written anew, and what is known of them at its end. */
export class WrittenLines {
	resources = 0;
	bytes = 0;
	/** Its resources, where they are named in a Provenance. */
	readonly targets?: KeptTargets;
	private lines: string[] = [];
	private readonly hash = createHash('sha256');

	constructor(preparation: Preparation | undefined) {
		if (preparation?.isRecorded) this.targets = new KeptTargets(preparation.prefix);
	}

	add({ resourceType, id }: IDataObject, text: string): void {
		this.lines.push(text.trim());
		this.targets?.add(String(resourceType), String(id));
		this.resources += 1;
	}

	/** What was added since the last call. */
	take(): Buffer {
		const part = Buffer.from(this.lines.map((line) => `${line}\n`).join(''));
		this.lines = [];
		this.hash.update(part);
		this.bytes += part.length;
		return part;
	}

	/** The columns of the file's item; once, at the end. */
	facts(): IDataObject {
		const { resources, bytes } = this;
		return { resources, bytes, sha256: this.hash.digest('hex') };
	}
}
