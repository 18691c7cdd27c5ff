/**
 * The members that the sandbox gateway knows, and what it is to answer for each. All of them are invented: no name,
 * date or id belongs to a person.
 */

export type ResourceType =
	| 'AllergyIntolerance'
	| 'Condition'
	| 'Coverage'
	| 'DiagnosticReport'
	| 'DocumentReference'
	| 'Encounter'
	| 'ExplanationOfBenefit'
	| 'Immunization'
	| 'Location'
	| 'MedicationRequest'
	| 'Observation'
	| 'Organization'
	| 'Patient'
	| 'Practitioner'
	| 'Procedure'
	| 'Provenance'
	| 'Specimen';

export type MatchOutcome =
	| 'matched'
	| 'no-match'
	| 'multiple-matches'
	| 'consent-refused'
	| 'consent-not-in-force';

export type ExportOutcome = 'completed' | 'partial' | 'failed' | 'empty';

/** One output file of an export: so many resources of one type. */
export interface Batch {
	type: ResourceType;
	count: number;
	/** This batch never completes. */
	fails?: boolean;
}

/** What the asking payer knows of a member: one line of `examples/roster.csv`. */
export interface RosterRow {
	tenant: string;
	memberId: string;
	givenName: string;
	familyName: string;
	birthDate: string;
	gender: 'female' | 'male' | 'other' | 'unknown';
	coverageId: string;
	consentId: string;
	consentStart: string;
	consentEnd: string;
	consentPolicy: 'regular' | 'sensitive';
}

/** A member of the sandbox: the roster row, and what is expected to come of it. */
export interface Member {
	/** A short name for tests and for people: small, large, no-match, … */
	key: string;
	/** What this member is there to show. */
	story: string;
	inRoster: boolean;
	row: RosterRow;
	outcome: MatchOutcome;
	export?: ExportOutcome;
	/** How many status calls find the export job still running. */
	runningPolls: number;
	/** Retry-After of this member's running job. */
	retryAfter?: string;
	batches: readonly Batch[];
}

/** Payers that the sandbox gateway speaks for; both have the same members. */
export const tenants = ['bison', 'heron'] as const;

const contractBatches: readonly Batch[] = [
	{ type: 'Specimen', count: 2 },
	{ type: 'Coverage', count: 1 },
	{ type: 'Patient', count: 1 },
	{ type: 'ExplanationOfBenefit', count: 7 },
	{ type: 'Encounter', count: 8 },
	{ type: 'Observation', count: 12 },
];

const everyType: readonly Batch[] = [
	{ type: 'Patient', count: 1 },
	{ type: 'Coverage', count: 2 },
	{ type: 'Organization', count: 4 },
	{ type: 'Practitioner', count: 6 },
	{ type: 'Location', count: 3 },
	{ type: 'ExplanationOfBenefit', count: 60 },
	{ type: 'Encounter', count: 30 },
	{ type: 'Condition', count: 14 },
	{ type: 'Observation', count: 120 },
	{ type: 'MedicationRequest', count: 25 },
	{ type: 'Procedure', count: 12 },
	{ type: 'Specimen', count: 6 },
	{ type: 'AllergyIntolerance', count: 3 },
	{ type: 'Immunization', count: 9 },
	{ type: 'DiagnosticReport', count: 10 },
	{ type: 'DocumentReference', count: 5 },
	{ type: 'Provenance', count: 8 },
];

/** A share of a big member's resources, in thousandths, in so many files. */
interface Share {
	type: ResourceType;
	perMille: number;
	files: number;
}

const bigFixed: readonly Batch[] = [
	{ type: 'Patient', count: 1 },
	{ type: 'Coverage', count: 2 },
	{ type: 'Organization', count: 4 },
	{ type: 'Practitioner', count: 8 },
	{ type: 'Location', count: 3 },
];

const bigShares: readonly Share[] = [
	{ type: 'ExplanationOfBenefit', perMille: 400, files: 2 },
	{ type: 'Encounter', perMille: 120, files: 1 },
	{ type: 'Condition', perMille: 50, files: 1 },
	{ type: 'MedicationRequest', perMille: 80, files: 1 },
	{ type: 'Procedure', perMille: 50, files: 1 },
	{ type: 'Immunization', perMille: 10, files: 1 },
	{ type: 'DiagnosticReport', perMille: 40, files: 1 },
];

function total(batches: readonly Batch[]): number {
	return batches.reduce((sum, batch) => sum + batch.count, 0);
}

/** The batches of a big member: 14 files, two of them of one type, together exactly so many resources. */
export function bigBatches(resources: number): Batch[] {
	const rest = resources - total(bigFixed);
	const shared = bigShares.flatMap(({ type, perMille, files }) => {
		const count = Math.max(1, Math.floor((rest * perMille) / 1000 / files));
		return Array.from({ length: files }, () => ({ type, count }));
	});
	return [...bigFixed, ...shared, { type: 'Observation', count: rest - total(shared) }];
}

interface Shown {
	inRoster?: boolean;
	outcome?: MatchOutcome;
	export?: ExportOutcome;
	runningPolls?: number;
	retryAfter?: string;
	batches?: readonly Batch[];
}

type Person = Pick<
	RosterRow,
	'memberId' | 'givenName' | 'familyName' | 'birthDate' | 'gender' | 'coverageId'
> &
	Partial<RosterRow>;

function member(key: string, story: string, person: Person, shown: Shown): Member {
	const outcome = shown.outcome ?? 'matched';
	return {
		key,
		story,
		inRoster: shown.inRoster ?? true,
		row: {
			tenant: tenants[0],
			memberId: person.memberId,
			givenName: person.givenName,
			familyName: person.familyName,
			birthDate: person.birthDate,
			gender: person.gender,
			coverageId: person.coverageId,
			consentId: `consent-${person.memberId}`,
			consentStart: person.consentStart ?? '2026-01-01',
			consentEnd: person.consentEnd ?? '2035-12-31',
			consentPolicy: person.consentPolicy ?? 'regular',
		},
		outcome,
		export: outcome === 'matched' ? (shown.export ?? 'completed') : undefined,
		runningPolls: shown.runningPolls ?? 1,
		retryAfter: shown.retryAfter,
		batches: shown.batches ?? [],
	};
}

/** Every member of the sandbox. */
export const members: readonly Member[] = [
	member(
		'small',
		"The contract's own example: 31 resources in six batches",
		{
			memberId: 'SYN-1001',
			givenName: 'Ada',
			familyName: 'Whitfield',
			birthDate: '1984-03-12',
			gender: 'female',
			coverageId: 'BSN-440017',
		},
		{ batches: contractBatches },
	),
	member(
		'medium',
		'Every type of resource that the sandbox has',
		{
			memberId: 'SYN-1002',
			givenName: 'Marcus',
			familyName: 'Okafor',
			birthDate: '1971-11-30',
			gender: 'male',
			coverageId: 'BSN-440025',
		},
		{ runningPolls: 2, batches: everyType },
	),
	member(
		'accents',
		'A name with accents',
		{
			memberId: 'SYN-1003',
			givenName: 'José',
			familyName: 'Álvarez',
			birthDate: '1990-07-04',
			gender: 'male',
			coverageId: 'BSN-440033',
		},
		{ batches: contractBatches },
	),
	member(
		'vietnamese',
		'A name with stacked diacritics',
		{
			memberId: 'SYN-1004',
			givenName: 'Thị',
			familyName: 'Nguyễn',
			birthDate: '1966-02-17',
			gender: 'female',
			coverageId: 'BSN-440041',
		},
		{ batches: contractBatches },
	),
	member(
		'apostrophe',
		'A name with an apostrophe; the consent covers sensitive data too',
		{
			memberId: 'SYN-1005',
			givenName: 'Siobhán',
			familyName: "O'Connor",
			birthDate: '1958-12-25',
			gender: 'female',
			coverageId: 'BSN-440058',
			consentPolicy: 'sensitive',
		},
		{ batches: contractBatches },
	),
	member(
		'chinese',
		'A name of two characters; a coverage id with leading zeros',
		{
			memberId: 'SYN-1006',
			givenName: '明',
			familyName: '李',
			birthDate: '2001-09-09',
			gender: 'male',
			coverageId: '000440066',
		},
		{ batches: contractBatches },
	),
	member(
		'large',
		'5,000 resources in 14 batches, two of them of one type',
		{
			memberId: 'SYN-1007',
			givenName: 'Harriet',
			familyName: 'Lindqvist',
			birthDate: '1949-05-21',
			gender: 'female',
			coverageId: 'BSN-440074',
		},
		{ runningPolls: 3, batches: bigBatches(5_000) },
	),
	member(
		'no-match',
		'The payer does not know this person',
		{
			memberId: 'SYN-1008',
			givenName: 'Dorian',
			familyName: 'Vasquez',
			birthDate: '1979-01-08',
			gender: 'male',
			coverageId: 'BSN-440082',
		},
		{ outcome: 'no-match' },
	),
	member(
		'multiple-matches',
		'Several members of the payer fit',
		{
			memberId: 'SYN-1009',
			givenName: 'Mary',
			familyName: 'Smith',
			birthDate: '1980-01-01',
			gender: 'female',
			coverageId: 'BSN-440090',
		},
		{ outcome: 'multiple-matches' },
	),
	member(
		'consent-refused',
		'The payer cannot honour the consent',
		{
			memberId: 'SYN-1010',
			givenName: 'Priya',
			familyName: 'Raman',
			birthDate: '1995-10-02',
			gender: 'female',
			coverageId: 'BSN-440108',
		},
		{ outcome: 'consent-refused' },
	),
	member(
		'partial',
		'Two of six batches fail',
		{
			memberId: 'SYN-1011',
			givenName: 'Tobias',
			familyName: 'Brandt',
			birthDate: '1988-08-19',
			gender: 'male',
			coverageId: 'BSN-440116',
		},
		{
			export: 'partial',
			batches: contractBatches.map((batch) =>
				['Encounter', 'Observation'].includes(batch.type) ? { ...batch, fails: true } : batch,
			),
		},
	),
	member(
		'failed',
		'The export fails',
		{
			memberId: 'SYN-1012',
			givenName: 'Ingrid',
			familyName: 'Halvorsen',
			birthDate: '1963-04-14',
			gender: 'female',
			coverageId: 'BSN-440124',
		},
		{ export: 'failed', batches: contractBatches.map((batch) => ({ ...batch, fails: true })) },
	),
	member(
		'slow',
		'12 status calls find the export running; they carry Retry-After: 1',
		{
			memberId: 'SYN-1013',
			givenName: 'Kwame',
			familyName: 'Boateng',
			birthDate: '1975-06-06',
			gender: 'male',
			coverageId: 'BSN-440132',
		},
		{ runningPolls: 12, retryAfter: '1', batches: contractBatches },
	),
	member(
		'empty',
		'The payer holds no data of this member',
		{
			memberId: 'SYN-1014',
			givenName: 'Noor',
			familyName: 'Haddad',
			birthDate: '2003-03-03',
			gender: 'other',
			coverageId: 'BSN-440140',
		},
		{ export: 'empty', runningPolls: 0 },
	),
	member(
		'consent-ended',
		'The consent has ended: a client must not ask',
		{
			memberId: 'SYN-1015',
			givenName: 'Walter',
			familyName: 'Pryce',
			birthDate: '1952-02-29',
			gender: 'male',
			coverageId: 'BSN-440157',
			consentEnd: '2025-12-31',
			consentStart: '2025-01-01',
		},
		{ outcome: 'consent-not-in-force' },
	),
	member(
		'million',
		'1,000,000 resources, for measuring',
		{
			memberId: 'SYN-1016',
			givenName: 'Agnes',
			familyName: 'Moreau',
			birthDate: '1938-01-31',
			gender: 'female',
			coverageId: 'BSN-440165',
		},
		{ inRoster: false, batches: bigBatches(1_000_000) },
	),
];

/** The members of `examples/roster.csv`. */
export const rosterMembers = members.filter((candidate) => candidate.inRoster);

/** The member with this key; throws where there is none. */
export function memberByKey(key: string): Member {
	const found = members.find((candidate) => candidate.key === key);
	if (!found) throw new Error(`The sandbox has no member "${key}".`);
	return found;
}

/** All batches of a member's full export, failing ones too; `resources` is the size asked for the member `large`. */
export function batchesOf(of: Member, resources: number | '' = ''): readonly Batch[] {
	return of.key === 'large' && resources !== '' ? bigBatches(resources) : of.batches;
}

/** How many resources of each type the member has, whether or not their batch can be fetched. */
export function countsOf(batches: readonly Batch[]): Partial<Record<ResourceType, number>> {
	const counts: Partial<Record<ResourceType, number>> = {};
	for (const { type, count } of batches) counts[type] = (counts[type] ?? 0) + count;
	return counts;
}

/** The number of resources that can be fetched. */
export function resourceCountOf(batches: readonly Batch[]): number {
	return total(batches.filter((batch) => !batch.fails));
}
