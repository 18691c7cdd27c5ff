import type { FaultEntry } from '../../sandbox/faults/plan';
import type { Random } from './random';

/** Where a fault happens: to a member, and to one of the member's files. */
export interface Place {
	member: string;
	batch: number;
}

/** A fault that the nodes promise to survive, and the entries that make it happen at a place. */
export type Passing = (random: Random, place: Place) => FaultEntry[];

type On = FaultEntry['on'];
type Asked = FaultEntry['fault'];
type Many = 'once' | 'once or twice' | 'always';

/** One fault, so often, to the call of a member; to a file it happens to the one of the place. */
function passing(on: On, many: Many, fault: Asked | ((random: Random) => Asked)): Passing {
	return (random, { member, batch }) => {
		const times = { once: 1, 'once or twice': random.whole(1, 2), always: 0 }[many];
		return [
			{
				on,
				member,
				...(on === 'file' && { batch }),
				occurrence: times === 0 ? 'always' : [1, times],
				fault: typeof fault === 'function' ? fault(random) : fault,
			},
		];
	};
}

const somewhere = (random: Random): number => random.whole(5, 95) / 100;
const busy: Asked = { name: 'answer', status: 429, headers: { 'retry-after': '1' } };
const serverError = (random: Random): Asked => ({
	name: 'answer',
	status: random.pick([500, 502, 503, 504]),
	body: random.pick(['operation-outcome', 'html', 'empty']),
});
const unavailable: Asked = { name: 'answer', status: 503 };
const transient: Asked = { name: 'answer', status: 500, code: 'transient' };
const goodGzip = (random: Random): Asked => ({
	name: 'gzip',
	framing: random.pick(['length', 'chunked']),
	members: random.whole(1, 3),
});
const jobAddresses: Asked[] = [
	{ name: 'job-address', text: 'Track job at {address}.' },
	{ name: 'job-address', text: '(see {address})' },
	{ name: 'job-address', contentLocation: '{address}' },
	{ name: 'job-address', contentLocation: '{path}' },
	{ name: 'job-address', diagnostics: 'At {address}!' },
];

/** What can go wrong in passing with a read file. */
const fileFaults: Record<string, Passing> = {
	'file: 5xx': passing('file', 'once or twice', serverError),
	'file: 429': passing('file', 'once', busy),
	'file: 401': passing('file', 'once', 'bad-token'),
	'file: reset': passing('file', 'once or twice', 'reset'),
	'file: closed': passing('file', 'once or twice', 'close'),
	'file: reset in the body': passing('file', 'once or twice', (random) => ({
		name: 'reset-body',
		at: somewhere(random),
	})),
	'file: short body': passing('file', 'once or twice', (random) => ({
		name: 'short-body',
		at: somewhere(random),
	})),
	'file: last line cut': passing('file', 'once', (random) => ({
		name: 'cut-body',
		at: 'last-line',
		framing: random.pick(['chunked', 'until-close']),
	})),
	'file: stalls': passing('file', 'once', (random) => ({ name: 'stall', at: somewhere(random) })),
	'file: drips': passing('file', 'always', { name: 'drip', bytes: 1500, ms: 40 }),
	'file: tiny chunks': passing('file', 'always', (random) => ({ name: 'chunks', bytes: random.whole(1, 7) })),
	'file: gzip': passing('file', 'always', goodGzip),
	'file: damaged gzip': passing('file', 'once', (random) => ({
		name: 'gzip',
		damage: random.pick(['flipped', 'truncated']),
	})),
	'file: line ends': passing('file', 'always', (random) =>
		random.pick(['bom', 'crlf', 'blank-lines', 'no-last-newline']),
	),
	'file: address expired': (random, { member, batch }) => [
		{ on: 'status', member, fault: 'new-addresses' },
		{
			on: 'file',
			member,
			batch,
			fault: { name: 'gone-until-reread', status: random.pick([403, 404, 410]), newAddress: true },
		},
	],
	'file: gone until reread': passing('file', 'always', (random) => ({
		name: 'gone-until-reread',
		status: random.pick([403, 404, 410]),
	})),
};

/** What can go wrong in passing with the state of a job. */
const statusFaults: Record<string, Passing> = {
	'status: 5xx': passing('status', 'once or twice', serverError),
	'status: transient': passing('status', 'once or twice', transient),
	'status: 429': passing('status', 'once', busy),
	'status: 401': passing('status', 'once', 'bad-token'),
	'status: reset': passing('status', 'once or twice', 'reset'),
	'status: closed': passing('status', 'once or twice', 'close'),
	'status: reset in the body': passing('status', 'once', { name: 'reset-body', at: 0.5 }),
	'status: short body': passing('status', 'once', { name: 'short-body', at: 0.5 }),
	'status: empty 202': passing('status', 'once', { name: 'answer', status: 202, body: 'empty' }),
	'status: gzip': passing('status', 'always', goodGzip),
	'status: tiny chunks': passing('status', 'always', { name: 'chunks', bytes: 3 }),
	'status: byte order mark': passing('status', 'always', 'bom'),
	'status: manifest in parts': passing('status', 'always', (random) => ({
		name: 'partial-manifest',
		files: random.whole(1, 4),
	})),
	'status: Bulk Data 4': passing('status', 'always', 'manifest-v4'),
};

/** What can go wrong in passing with a kick-off. */
const kickOffFaults: Record<string, Passing> = {
	'kick-off: another export runs': passing('kickOff', 'once or twice', {
		name: 'export-running',
		headers: { 'retry-after': '1' },
	}),
	'kick-off: 503': passing('kickOff', 'once or twice', unavailable),
	'kick-off: 401': passing('kickOff', 'once', 'bad-token'),
	'kick-off: job id elsewhere': passing('kickOff', 'always', (random) => random.pick(jobAddresses)),
	'kick-off: gzip': passing('kickOff', 'always', goodGzip),
	'kick-off: slow': passing('kickOff', 'once', { name: 'delay', ms: 1500 }),
};

/** What can go wrong in passing with a match. */
const matchFaults: Record<string, Passing> = {
	'match: 503': passing('match', 'once or twice', unavailable),
	'match: 429': passing('match', 'once', busy),
	'match: 401': passing('match', 'once', 'bad-token'),
	'match: gzip': passing('match', 'always', goodGzip),
	'match: tiny chunks': passing('match', 'always', { name: 'chunks', bytes: 1 }),
	'match: slow': passing('match', 'once', { name: 'delay', ms: 1500 }),
};

/** Every fault that happens to one member, by the call that it happens to. */
export const passingFaults = {
	file: fileFaults,
	status: statusFaults,
	kickOff: kickOffFaults,
	match: matchFaults,
} as const;

/** Faults that happen to whoever comes. Not two of a round: a call that meets 401 twice is an error, rightly. */
export const commonFaults: Record<string, (random: Random) => FaultEntry[]> = {
	'token revoked while polling': (random) => [
		{ on: 'status', occurrence: random.whole(1, 12), fault: 'revoke-tokens' },
	],
	'token revoked before a file': (random) => [
		{ on: 'file', occurrence: random.whole(1, 60), fault: 'revoke-tokens' },
	],
	'token revoked behind a file': (random) => [
		{ on: 'file', occurrence: random.whole(1, 60), fault: { name: 'revoke-tokens', when: 'after' } },
	],
	'slow token endpoint': () => [{ on: 'token', fault: { name: 'delay', ms: 1200 } }],
	'connections refused': (random) => [
		{ on: 'file', occurrence: random.whole(1, 60), fault: { name: 'refuse', ms: 700 } },
	],
};
