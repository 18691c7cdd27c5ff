import { differences, expectedOutcome } from '../../demo/check';
import type { MemberOutcome } from '../../demo/outcomes';
import { memberByKey } from '../../sandbox/members';
import type { SeenRequest } from '../support/sandbox';
import type { Fate } from './lastingFaults';
import type { Round } from './rounds';

/** Of one file, one kick-off or one match, all attempts together. */
const MAX_REQUESTS = 8;
/** Of one job. */
const MAX_STATUS_CALLS = 40;
/** Between two looks at a job that is not finished: the payer asks for 1 s, a first pause after trouble is 0.75 s or more. */
const LEAST_PAUSE_MS = 700;

/** What of a round is not as it must be, a sentence each. */
export function troubles(
	round: Round,
	outcomes: readonly MemberOutcome[],
	requests: readonly SeenRequest[],
	foreignRequests: readonly string[],
): string[] {
	return [
		...wrongOutcomes(round, outcomes),
		...wildRequests(requests),
		...wildMatches(round, requests),
		...foreignRequests.map((request) => `a request to another host: ${request}`),
	];
}

/** The demo's own comparison, against what the round's faults leave of the sandbox's truth. */
function wrongOutcomes({ fates }: Round, outcomes: readonly MemberOutcome[]): string[] {
	const fateOf = new Map([...fates].map(([key, fate]) => [memberByKey(key).row.memberId, fate]));
	const words = outcomes.flatMap(({ memberId, outcome, reason }) => {
		const expected = fateOf.get(memberId)?.outcome;
		return outcome === expected ? [] : [`${memberId}: outcome ${outcome}, expected ${expected}: ${reason}`];
	});
	const twice =
		outcomes.length === fateOf.size ? [] : [`${outcomes.length} outcomes of ${fateOf.size} members`];
	const inOwnWords = outcomes.map((outcome) => inTruthsWords(outcome, fateOf.get(outcome.memberId)));
	const truths = [...fateOf.values()].map(({ truth }) => truth);
	return [...words, ...twice, ...differences(inOwnWords, truths)];
}

/** The truth has no word for an outcome that a fault brought; that one is compared before. */
function inTruthsWords(outcome: MemberOutcome, fate?: Fate): MemberOutcome {
	return fate ? { ...outcome, outcome: expectedOutcome(fate.truth) } : outcome;
}

function wildRequests(requests: readonly SeenRequest[]): string[] {
	const byAddress = new Map<string, SeenRequest[]>();
	for (const request of requests) {
		const address = request.path.split('?')[0];
		byAddress.set(address, [...(byAddress.get(address) ?? []), request]);
	}
	return [...byAddress].flatMap(([address, all]) => {
		const [, jobId] = /\/\$export\/job\/([^/]+)$/.exec(address) ?? [];
		if (jobId !== undefined) return wildLooks(address, all, firstFileOf(requests, jobId));
		if (address.includes('/$export')) return tooMany(address, all, MAX_REQUESTS);
		return [];
	});
}

function tooMany(address: string, all: readonly SeenRequest[], most: number): string[] {
	const answered = all.filter(wentWell);
	const found = all.length > most ? [`${all.length} requests to ${address}`] : [];
	return answered.length > 1 && !address.includes('/job/')
		? [...found, `${answered.length} requests to ${address} that nothing was wrong with`]
		: found;
}

/** Nothing was wrong with it, so there is no reason to send it again. */
function wentWell({ status, faults }: SeenRequest): boolean {
	return faults === undefined && status !== undefined && status !== 401;
}

/** A match does not say of whom it is; so all of them are counted together. */
function wildMatches({ fates }: Round, requests: readonly SeenRequest[]): string[] {
	const asked = [...fates.values()].filter(({ outcome }) => outcome !== 'consent-not-in-force').length;
	const matches = requests.filter(({ path }) => path.endsWith('/$member-match'));
	return [
		...(matches.filter(wentWell).length > asked ? [`${matches.length} matches for ${asked} members`] : []),
		...(matches.length > asked * MAX_REQUESTS ? [`${matches.length} matches`] : []),
	];
}

function wildLooks(address: string, all: readonly SeenRequest[], firstFileAt: number): string[] {
	// Asked for at once, rightly: a part of a manifest, a call whose token was refused, a job whose file is gone.
	const looks = all.filter(
		({ path, status, time }) => !path.includes('?') && status !== 401 && time < firstFileAt,
	);
	const hasty = looks.flatMap((look, index) => {
		const before = looks[index - 1];
		const pause = look.time - (before?.time ?? -Infinity);
		return pause < LEAST_PAUSE_MS
			? [`${address}: asked again ${pause} ms after HTTP ${before.status} (look ${index + 1})`]
			: [];
	});
	return [...tooMany(address, all, MAX_STATUS_CALLS), ...hasty];
}

function firstFileOf(requests: readonly SeenRequest[], jobId: string): number {
	return requests.find(({ path }) => path.includes(`/$export/file/${jobId}.`))?.time ?? Infinity;
}
