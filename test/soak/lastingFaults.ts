import { withFirst } from '../../sandbox/exportJobs';
import type { FaultEntry } from '../../sandbox/faults/plan';
import { batchesOf, memberByKey } from '../../sandbox/members';
import { resourcesOf } from '../../sandbox/resources';
import { hashResources, truthOf, type Truth } from '../../sandbox/truth';
import type { Place } from './passingFaults';

/** What is to come of a member: what of the sandbox's truth reaches the canvas, and the outcome's word. */
export interface Fate {
	outcome: string;
	truth: Truth;
}

/** A fault that stays, so that it ends as an outcome which can be said before. */
export interface Lasting {
	plan(place: Place, foreign: string): FaultEntry[];
	fate(place: Place): Fate;
}

const nothingCame =
	(outcome: string) =>
	({ member }: Place): Fate => ({
		outcome,
		truth: { ...truthOf(memberByKey(member)), files: [], types: {} },
	});
const allCame =
	(outcome: string) =>
	({ member }: Place): Fate => ({ outcome, truth: truthOf(memberByKey(member)) });

/** All but the last `lines` lines of one file. */
const lessCame =
	(outcome: string, lines: number) =>
	({ member, batch }: Place): Fate => {
		const held = memberByKey(member);
		const batches = batchesOf(held);
		const came = withFirst(batches).flatMap((each, index) => {
			const resources = [...resourcesOf(held, batches, each)];
			return index + 1 === batch ? resources.slice(0, Math.max(0, resources.length - lines)) : resources;
		});
		const types = Object.fromEntries(
			[...new Set(came.map(({ resourceType }) => resourceType))].map((type) => {
				const ofType = came.filter(({ resourceType }) => resourceType === type);
				return [type, { resources: ofType.length, sha256: hashResources(ofType) }];
			}),
		);
		return { outcome, truth: { ...truthOf(held), types } };
	};

const onFile = (fault: FaultEntry['fault']): Lasting['plan'] => {
	return ({ member, batch }) => [{ on: 'file', member, batch, fault }];
};
const onCall = (on: FaultEntry['on'], fault: FaultEntry['fault']): Lasting['plan'] => {
	return ({ member }) => [{ on, member, fault }];
};
const wholeFile = lessCame('error', Infinity);
const fatal = {
	resourceType: 'OperationOutcome',
	issue: [{ severity: 'fatal', code: 'exception', details: { text: 'Lost' } }],
};

/** Every fault that stays. */
export const lastingFaults: Record<string, Lasting> = {
	'match: 502 for ever': {
		plan: onCall('match', { name: 'answer', status: 502 }),
		fate: nothingCame('error'),
	},
	'kick-off: 500 for ever': {
		plan: onCall('kickOff', { name: 'answer', status: 500 }),
		fate: nothingCame('error'),
	},
	'kick-off: carried out, no answer': {
		plan: onCall('kickOff', { name: 'reset', carriedOut: true }),
		fate: nothingCame('error'),
	},
	'status: the job failed': {
		plan: onCall('status', { name: 'merge', json: { status: 'Failed', output: [] } }),
		fate: nothingCame('failed'),
	},
	'status: HTML for ever': {
		plan: onCall('status', { name: 'answer', status: 200, body: 'html' }),
		fate: nothingCame('failed'),
	},
	'status: redirect to another host': {
		plan: ({ member }, foreign) => [
			{ on: 'status', member, fault: { name: 'redirect', status: 307, location: `${foreign}{path}` } },
		],
		fate: nothingCame('failed'),
	},
	'status: error file with a fatal issue': {
		plan: onCall('status', { name: 'add-file', list: 'error', lines: [fatal] }),
		fate: allCame('partial'),
	},
	'status: a total that does not agree': {
		plan: onCall('status', { name: 'merge', json: { resourceCount: 900 } }),
		fate: allCame('partial'),
	},
	'status: a count that does not agree': {
		plan: ({ member, batch }) => [
			{ on: 'status', member, fault: { name: 'merge-output', json: { count: 900 }, batch } },
		],
		fate: allCame('partial'),
	},
	'file: gone for ever': { plan: onFile({ name: 'answer', status: 410 }), fate: wholeFile },
	'file: breaks off for ever': { plan: onFile({ name: 'reset-body', at: 0.5 }), fate: wholeFile },
	'file: damaged gzip for ever': { plan: onFile({ name: 'gzip', damage: 'flipped' }), fate: wholeFile },
	'file: redirect to another host': {
		plan: ({ member, batch }, foreign) => [
			{ on: 'file', member, batch, fault: { name: 'redirect', status: 302, location: `${foreign}{path}` } },
		],
		fate: wholeFile,
	},
	'file: on another host': {
		plan: ({ member, batch }, foreign) => [
			{
				on: 'status',
				member,
				fault: { name: 'file-addresses', url: `${foreign}/bucket/{file}`, batch },
			},
		],
		fate: wholeFile,
	},
	'file: last line cut for ever': {
		plan: onFile({ name: 'cut-body', at: 'last-line' }),
		fate: lessCame('partial', 1),
	},
	'file: a line that is not JSON': {
		plan: onFile({ name: 'insert-lines', line: 1, kind: 'not-json' }),
		fate: allCame('partial'),
	},
};
