import type { FaultEntry } from '../../sandbox/faults/plan';
import { batchesOf, memberByKey, rosterMembers } from '../../sandbox/members';
import { truthOf } from '../../sandbox/truth';
import { lastingFaults, type Fate } from './lastingFaults';
import { commonFaults, passingFaults, type Place } from './passingFaults';
import { Random } from './random';

/** One run of the demo workflow: how the gateway behaves, and what is to come of it. */
export interface Round {
	/** Names of the faults, for people. */
	faults: string[];
	plan: FaultEntry[];
	settings: Record<string, unknown>;
	/** Wait For Export looks once, and what is still running comes back through n8n's Wait node. */
	looksOnce: boolean;
	/** All tokens end before it begins. */
	tokensEnd: boolean;
	/** By member key, for every member of the roster. */
	fates: Map<string, Fate>;
}

const exporting = rosterMembers
	.filter(({ export: outcome }) => outcome === 'completed')
	.map(({ key }) => key);
/** Of these a lasting fault may take something away. */
const ordinary = exporting.filter((key) => key !== 'large');
/** A large file in pieces of a few bytes takes too long. */
const slowForLarge = ['file: drips', 'file: tiny chunks'];

/** Draws a round. @param foreign the origin of a host that must never be asked */
export function drawRound(seed: number, foreign: string): Round {
	const random = new Random(seed);
	const settings = drawSettings(random, foreign);
	const common = random.chance(0.5) ? random.pick(Object.keys(commonFaults)) : undefined;
	const lasting = drawLasting(random, foreign);
	const exposed = exporting.filter((key) => !lasting.members.includes(key));
	const passing = drawPassing(random, exposed, {
		refusals: !common?.startsWith('token') && settings.tokenSeconds === undefined,
		files: common !== 'connections refused',
		version4: settings.runningStatus === 202,
	});
	// While no connection can be made, a new token cannot be had either: that is an error, and not this fault's.
	if (common === 'connections refused') delete settings.tokenSeconds;
	return {
		faults: [...(common ? [common] : []), ...passing.faults, ...lasting.faults],
		plan: [...(common ? commonFaults[common](random) : []), ...passing.plan, ...lasting.plan],
		settings,
		looksOnce: random.chance(0.25),
		tokensEnd: common === 'connections refused' || random.chance(0.3),
		fates: new Map([...roundFates(settings), ...lasting.fates]),
	};
}

function drawSettings(random: Random, foreign: string): Record<string, unknown> {
	return {
		retryAfter: '1',
		runningPolls: random.pick([0, 1, 1, 2, 3]),
		matchAnswer: random.pick(['parameters', 'json', 'group-reference', 'matched-members', 'group']),
		noMatchAnswer: random.pick([
			'422',
			'422',
			'422-empty',
			'422-html',
			'404',
			'400',
			'200-operation-outcome',
		]),
		kickOffStatus: random.pick([200, 202]),
		jobIdIn: random.pick(['text', 'text', 'content-location', 'both', 'diagnostics']),
		runningStatus: random.pick([200, 202]),
		...(random.chance(0.3) && { responseHost: foreign }),
		...(random.chance(0.3) && { fileHost: foreign }),
		...(random.chance(0.25) && { tokenSeconds: random.whole(2, 6) }),
	};
}

/** What comes of everybody where no fault stays. */
function roundFates({ noMatchAnswer }: Record<string, unknown>): Map<string, Fate> {
	const wordless = /empty|html/.test(String(noMatchAnswer));
	return new Map(
		rosterMembers.map((member) => {
			const truth = truthOf(member);
			const { outcome } = member;
			const refused = wordless && outcome !== 'matched' && outcome !== 'consent-not-in-force';
			const word = outcome === 'matched' ? String(member.export) : outcome;
			return [member.key, { outcome: refused ? 'refused' : word, truth }];
		}),
	);
}

interface Drawn {
	faults: string[];
	plan: FaultEntry[];
}

function drawLasting(
	random: Random,
	foreign: string,
): Drawn & { members: string[]; fates: Map<string, Fate> } {
	const members = random.some(ordinary, random.pick([0, 0, 1, 1, 2]));
	const drawn = members.map((member) => {
		const name = random.pick(Object.keys(lastingFaults));
		const place = drawPlace(random, member);
		const { plan, fate } = lastingFaults[name];
		return { name, plan: plan(place, foreign), fate: fate(place) };
	});
	return {
		faults: drawn.map(({ name }) => name),
		plan: drawn.flatMap(({ plan }) => plan),
		members,
		fates: new Map(drawn.map(({ fate }, index) => [members[index], fate])),
	};
}

interface Allowed {
	/** 401 */
	refusals: boolean;
	files: boolean;
	/** Bulk Data 4 has no word for a job that runs: its 200 is a finished one. */
	version4: boolean;
}

/** Up to four calls go wrong for each of some members: one of each kind, so that a fault never adds to another. */
function drawPassing(random: Random, exposed: readonly string[], allowed: Allowed): Drawn {
	const drawn: Drawn = { faults: [], plan: [] };
	for (const member of random.some(exposed, random.whole(Math.ceil(exposed.length / 2), exposed.length))) {
		const names: string[] = [];
		for (const [on, kinds] of Object.entries(passingFaults)) {
			if (!random.chance(on === 'file' ? 0.7 : 0.35)) continue;
			const possible = Object.keys(kinds).filter((name) => canBe(name, member, allowed));
			if (possible.length === 0) continue;
			const name = random.pick(possible);
			names.push(name);
			drawn.plan.push(...kinds[name](random, drawPlace(random, member)));
		}
		drawn.faults.push(...names);
	}
	return drawn;
}

/** Whether a fault goes together with the rest of the round. */
function canBe(name: string, member: string, { refusals, files, version4 }: Allowed): boolean {
	if (!refusals && name.endsWith('401')) return false;
	if (!files && name.startsWith('file:')) return false;
	if (!version4 && name === 'status: Bulk Data 4') return false;
	return member !== 'large' || !slowForLarge.includes(name);
}

function drawPlace(random: Random, member: string): Place {
	return { member, batch: random.whole(1, batchesOf(memberByKey(member)).length) };
}
