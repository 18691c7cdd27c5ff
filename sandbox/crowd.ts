import { opaqueId } from './ids';
import { tenants, type Batch, type ExportOutcome, type MatchOutcome, type Member } from './members';

/**
 * Members by rule, for rosters of any size: everything about one follows from its number. They are in no list; the
 * gateway finds them by their coverage id and by their group id.
 */

const GIVEN = ['Alva', 'Bruno', 'Celia', 'Dario', 'Edda', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas', 'Kaya'];
const FAMILY = ['Abbott', 'Berger', 'Castell', 'Dunmore', 'Ekberg', 'Farrow', 'Galvin'];

const CROWD_SIZE = 999_999;
const DAY_MS = 86_400_000;
const DIGITS = 5;

/** Of 40 members in a row one comes out in each of these ways, and all others are completed. */
const UNLIKE: Partial<Record<number, MatchOutcome | ExportOutcome>> = {
	7: 'no-match',
	17: 'consent-refused',
	27: 'partial',
	33: 'empty',
	37: 'failed',
};

/** 5 to 40 resources in three files. */
function batchesOf(number: number, outcome: MatchOutcome | ExportOutcome): Batch[] {
	if (outcome === 'no-match' || outcome === 'consent-refused' || outcome === 'empty') return [];
	const more = (number * 7) % 36;
	const half = Math.floor(more / 2);
	const failed = outcome === 'failed' ? { fails: true } : {};
	return [
		{ type: 'Patient', count: 1, ...failed },
		{ type: 'ExplanationOfBenefit', count: 2 + half, ...failed },
		{ type: 'Observation', count: 2 + more - half, ...(outcome === 'partial' ? { fails: true } : failed) },
	];
}

/** Whether the member's export takes a minute; all others are ready within seconds. One of 25. */
export function isSlow(number: number): boolean {
	return number % 25 === 0;
}

/** The member of this number, 1 to 999,999. */
export function crowdMember(number: number): Member {
	const digits = String(number).padStart(6, '0');
	const memberId = `CROWD-${digits}`;
	const came = UNLIKE[number % 40] ?? 'completed';
	const isMatched = came !== 'no-match' && came !== 'consent-refused';
	return {
		key: `crowd-${digits}`,
		story: 'One of a crowd',
		inRoster: false,
		row: {
			tenant: tenants[0],
			memberId,
			givenName: GIVEN[number % GIVEN.length],
			familyName: FAMILY[number % FAMILY.length],
			birthDate: new Date(Date.UTC(1930, 0, 1) + ((number * 37) % 29_000) * DAY_MS)
				.toISOString()
				.slice(0, 10),
			gender: number % 2 === 0 ? 'female' : 'male',
			coverageId: `CRD-${digits}`,
			consentId: `consent-${memberId}`,
			consentStart: '2026-01-01',
			consentEnd: '2035-12-31',
			consentPolicy: 'regular',
		},
		outcome: isMatched ? 'matched' : (came as MatchOutcome),
		export: isMatched ? (came as ExportOutcome) : undefined,
		runningPolls: 1,
		retryAfter: isSlow(number) ? '60' : '1',
		batches: batchesOf(number, came),
	};
}

function memberOfNumber(digits: string | undefined, radix: number): Member[] {
	const number = Number.parseInt(digits ?? '', radix);
	return number >= 1 && number <= CROWD_SIZE ? [crowdMember(number)] : [];
}

/** The members with these coverage ids. */
export function crowdByCoverage(coverageIds: readonly string[]): Member[] {
	return coverageIds.flatMap((id) => memberOfNumber(/^CRD-(\d{6})$/.exec(id)?.[1], 10));
}

/** A group id that the member can be found by: it ends with the member's number. Undefined for who is not of the crowd. */
export function crowdGroupId(tenant: string, { row: { memberId } }: Member): string | undefined {
	const [, digits] = /^CROWD-(\d{6})$/.exec(memberId) ?? [];
	if (digits === undefined) return undefined;
	const end = Number(digits).toString(36).padStart(DIGITS, '0');
	return opaqueId('group', tenant, memberId).slice(0, -DIGITS) + end;
}

/** The member that this group id was made for. */
export function crowdByGroup(tenant: string, groupId: string): Member | undefined {
	const [found] = memberOfNumber(groupId.slice(-DIGITS), 36);
	return found && crowdGroupId(tenant, found) === groupId ? found : undefined;
}
