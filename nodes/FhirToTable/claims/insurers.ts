import { ExchangeError } from '../../shared/n8n/exchangeError';
import type { Organizations } from './organizations';
import type { Insurer } from './readClaim';

const MOST = 0xffff;
/** What a name takes beside its letters, in a list and in two maps. */
const BYTES_OF_NAME = 200;

/** The insurers that the claims of a run name, by number. */
export class Insurers {
	private readonly names: Array<{ name: string; isKey: boolean; isOwn: boolean }> = [];
	private readonly numbers = new Map<string, number>();
	private letters = 0;
	private known?: ReadonlyArray<{ name: string; number: number; isOwn: boolean }>;

	constructor(private readonly ownIdentifiers: ReadonlySet<string>) {}

	/** The number of an insurer, which is new or known. @throws ExchangeError if there are too many */
	numberOf({ name, isKey, identifiers }: Insurer): number {
		const text = `${isKey ? 'key' : 'name'} ${name}`;
		let number = this.numbers.get(text);
		if (number === undefined) {
			number = this.names.length;
			if (number >= MOST) throw indexError(`name more than ${MOST.toLocaleString('en-US')} insurers`);
			this.numbers.set(text, number);
			this.letters += 2 * text.length;
			this.names.push({ name, isKey, isOwn: false });
		}
		this.names[number].isOwn ||= identifiers.some((each) => this.ownIdentifiers.has(each));
		return number;
	}

	/** Looks up the identifiers of those who were named by the key of an Organization, after all of these have come. */
	close(organizations: Organizations): void {
		const same = new Map<string, number>();
		this.known = this.names.map(({ name, isKey, isOwn }, number) => {
			const found = isKey ? (organizations.identifierOf(name) ?? name) : name;
			if (!same.has(found)) same.set(found, number);
			return {
				name: found,
				number: same.get(found) ?? number,
				isOwn: isOwn || this.ownIdentifiers.has(found) || (isKey && organizations.isOwn(name)),
			};
		});
	}

	/** Bytes that are held, some more or less. */
	get bytes(): number {
		return this.names.length * BYTES_OF_NAME + this.letters;
	}

	/** Who an insurer is; those with the same number are one. Only after `close`. */
	get(number: number): { name: string; number: number; isOwn: boolean } {
		return this.known?.[number] ?? { name: '', number, isOwn: false };
	}
}

/** The error for what the index does not hold. @param what completes "The claims ..." */
export function indexError(what: string): ExchangeError {
	return new ExchangeError(`The claims ${what}: 'One Claim Once' holds no more in memory`, {
		whatToDo:
			'Give the files of fewer members, or of one payer, to one run of this node; or leave the option off, and let the view current_claims (docs/tables.md) say in the database which claims stand.',
		concerns: 'run',
	});
}
