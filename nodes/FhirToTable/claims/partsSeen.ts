import type { IDataObject } from 'n8n-workflow';
import { jobKey } from '../../shared/exchange/jobKey';
import { readPayerKey } from '../../shared/exchange/payerKey';
import { countOf, flagOf, idText, isObject, textOf } from '../../shared/fhir/json';

/** What of a file, or of the files of an export, has been seen. */
interface Seen {
	numbers: Set<number>;
	of?: number;
	scope: string;
}

/**
 * Whether whole exports were seen, as far as their items say: parts of files are numbered, and an export may say that it is partial. A file
 * that is not at hand leaves no trace, so all files of an export have to come in one run.
 */
export class PartsSeen {
	private readonly seen = new Map<string, Seen>();
	/** Of whom something is missing: payers, and members of payers. */
	private readonly missing = new Set<string>();

	/** @param payer of the resources of the item, where the item does not say it */
	add(json: IDataObject, payer: string | null): void {
		// A resource of its own has elements of the same names.
		if (textOf(json.resourceType) !== undefined) return;
		const scope = scopeOf(readPayerKey(json) ?? payer, memberOf(json));
		if (flagOf(json.partial) === true || json.outcome === 'partial') this.missing.add(scope);
		const job = [scope, jobKey(json)];
		const [batch, batchCount] = [countOf(json.batch), countOf(json.batchCount)];
		if (batch !== undefined && batchCount !== undefined) this.note([...job], batch, batchCount, scope);
		const part = countOf(json.part);
		if (part !== undefined) {
			const { fileBytes } = isObject(json.cursor) ? json.cursor : {};
			const file = [...job, String(batch), textOf(json.fileName), String(fileBytes)];
			this.note(file, part, countOf(json.parts), scope);
		}
	}

	/** Of an item that could not be read. */
	addUnread(json: IDataObject, payer: string | null): void {
		this.missing.add(scopeOf(readPayerKey(json) ?? payer, memberOf(json)));
	}

	/** After the last item. */
	close(): void {
		for (const { numbers, of, scope } of this.seen.values()) {
			if (of === undefined || numbers.size < of) this.missing.add(scope);
		}
	}

	/** Whether something of a member's data may be missing, or of all data of the payer. */
	isMissing(payer: string | null, memberId: unknown): boolean {
		const { missing } = this;
		if (missing.size === 0) return false;
		const member = idText(memberId);
		if (missing.has(scopeOf(payer)) || missing.has(scopeOf(payer, member))) return true;
		// Whose it is, is not known: something may be missing of anybody.
		return member === undefined && [...missing].some((scope) => scope.startsWith(startOf(payer)));
	}

	private note(
		key: ReadonlyArray<string | undefined>,
		number: number,
		of: number | undefined,
		scope: string,
	): void {
		const name = JSON.stringify(key);
		const known = this.seen.get(name) ?? { numbers: new Set(), of, scope };
		known.numbers.add(number);
		this.seen.set(name, known);
	}
}

/** The member of an export of one; undefined for an export of several. */
function memberOf(json: IDataObject): string | undefined {
	return Array.isArray(json.members) ? undefined : idText(json.memberId);
}

function scopeOf(payer: string | null, member?: string): string {
	return `${startOf(payer)}${JSON.stringify(member ?? null)}`;
}

const startOf = (payer: string | null) => `${JSON.stringify(payer)} `;
