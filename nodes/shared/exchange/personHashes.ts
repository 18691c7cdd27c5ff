import { createHmac } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { idText, textOf } from '../fhir/json';
import { judgePerson, type Judgement, type Person } from './person';

/**
 * Fetch Batch has to tell whose a Patient is, without the roster. So a matched item carries hashes of the member's names and birth date:
 * enough to compare, and nothing that can be read. HMAC-SHA-256, cut to 8 bytes, keyed with the ids that the item has from the match on.
 */

const HASH_BYTES = 8;
/** A column of text, so that it also survives a Data Table or a CSV file. */
const PREFIX = 'p1';
/** Most hashes of one person: names are few. */
const MAX_HASHES = 200;

/** The ids of an item that key its hashes. */
type KeyIds = Pick<IDataObject, 'memberId' | 'groupId' | 'patientId'>;

type Hash = (token: string) => string;

/** The hashes of a person as one text; undefined if the item has no ids to key them with. */
export function hashPerson(person: Person, ids: KeyIds): string | undefined {
	const hash = hasher(ids);
	if (!hash) return undefined;
	// The birth date first, so that no number of names pushes it out.
	const tokens = [
		...person.birthDate,
		...person.familyNames,
		...person.givenNames,
		...person.initials,
		...person.newborn,
	];
	return [PREFIX, hash('key'), ...tokens.slice(0, MAX_HASHES).map((token) => hashToken(token, hash))].join(
		' ',
	);
}

/** The column of an item with the hashes of its member; empty if there is nothing to key them with. */
export function hashesJson(person: Person, { memberId, groupId, patientId }: IDataObject): IDataObject {
	const personHashes = hashPerson(person, { memberId, groupId, patientId });
	return personHashes === undefined ? {} : { personHashes };
}

/** Compares Patients with the hashes of a member. */
export class HashedPerson {
	private constructor(
		private readonly asked: Person,
		private readonly hash: Hash,
	) {}

	/**
	 * Reads the hashes of an item.
	 * @returns undefined if there are none, or if they were made with other ids: then nothing is known, instead of everybody being somebody
	 *   else
	 */
	static read(personHashes: unknown, ids: KeyIds): HashedPerson | undefined {
		const [prefix, key, ...tokens] = textOf(personHashes)?.split(' ', MAX_HASHES + 2) ?? [];
		const hash = prefix === PREFIX ? hasher(ids) : undefined;
		if (!hash || key !== hash('key')) return undefined;
		const ofKind = (kind: string) => tokens.filter((token) => token.startsWith(kind));
		return new HashedPerson(
			{
				familyNames: new Set(ofKind('f:')),
				givenNames: new Set(ofKind('g:')),
				initials: new Set(ofKind('i:')),
				newborn: new Set(ofKind('n:')),
				birthDate: ['y:', 'm:', 'd:'].flatMap(ofKind),
				identifiers: new Set(),
				identifierValues: new Set(),
			},
			hash,
		);
	}

	/** Whether a Patient is this person. @param found as `personOf` reads it */
	judge(found: Person): Judgement {
		const hashed = (tokens: Iterable<string>) =>
			Array.from(tokens)
				.slice(0, MAX_HASHES)
				.map((token) => hashToken(token, this.hash));
		const birthDate = hashed(found.birthDate);
		const born = { ...NOBODY, birthDate };
		// Most Patients of a large export differ by their birth date; their names need no hashing.
		const byBirthDate = judgePerson(this.asked, born);
		if (byBirthDate.verdict === 'other') return byBirthDate;
		return judgePerson(this.asked, {
			...born,
			familyNames: new Set(hashed(found.familyNames)),
			givenNames: new Set(hashed(found.givenNames)),
			initials: new Set(hashed(found.initials)),
			newborn: new Set(hashed(found.newborn)),
		});
	}
}

const NOBODY: Person = {
	familyNames: new Set(),
	givenNames: new Set(),
	initials: new Set(),
	newborn: new Set(),
	birthDate: [],
	identifiers: new Set(),
	identifierValues: new Set(),
};

/** The kind stays readable, so that a birth date without a day can be told from one with. */
function hashToken(token: string, hash: Hash): string {
	const [kind] = /^(?:n:[st]:|.:)/.exec(token) ?? [''];
	return token === kind ? token : kind + hash(token);
}

/** @returns undefined without a member ID and an id of the payer */
function hasher({ memberId, groupId, patientId }: KeyIds): Hash | undefined {
	const [member, payers] = [idText(memberId), idText(groupId) ?? idText(patientId)];
	if (member === undefined || payers === undefined) return undefined;
	const key = JSON.stringify([member, payers]);
	return (token) =>
		createHmac('sha256', key).update(token).digest().subarray(0, HASH_BYTES).toString('base64url');
}
