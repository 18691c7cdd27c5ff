import { textOf } from '../../shared/fhir/json';
import { pluralize } from '../../shared/n8n/hints';
import type { Fact } from '../read/fact';
import type { Exchange } from './exchanges';
import { filesOf, judgeFiles } from './files';
import { ERROR, joined, unknown, UNKNOWN, verdict, type Verdict } from './verdict';

/** What became of an exchange, by the furthest step that it came to. */
export function judge({ facts: all }: Exchange): Verdict {
	// Documents are counted by themselves.
	const facts = all.filter(({ step }) => step !== 'fetchDocuments');
	const jobs = jobsOf(facts);
	if (jobs.length > 0) return together(jobs.map(judgeExport));
	const starts = facts.filter(({ step }) => step === 'startExport');
	const last = starts.at(-1) ?? facts.filter(({ step }) => step === 'memberMatch').at(-1) ?? facts.at(-1);
	return last ? judgeItem(last) : unknown(['Nothing is known of this member.'], LOOK_AT_RUN);
}

const LOOK_AT_RUN = 'Look at this run under Executions.';

/** An item after which nothing more came. */
function judgeItem({ kind, json }: Fact): Verdict {
	if (kind === 'error') return verdict(ERROR, [json.error], json.message);
	if (kind === 'matched') {
		return unknown(
			['The member was matched, and Start Export has given nothing for it.'],
			'See whether the output Matched is connected to Start Export, and whether that node has run.',
		);
	}
	if (kind === 'started') {
		return unknown(
			['The export was started, and Wait For Export has given nothing for it.'],
			'See whether the output Started is connected to Wait For Export, and whether that node has run. The export runs on at the payer.',
		);
	}
	if (kind === 'running') return verdict('still-running', ['The payer has not finished the export.']);
	return verdict(String(json.outcome), [json.reason], json.nextStep);
}

/** The facts of each export. An export that was asked for again in the same words takes the place of the one before. */
function jobsOf(facts: readonly Fact[]): Fact[][] {
	const jobs = new Map<string, Fact[]>();
	const add = (key: string, fact: Fact) => {
		const job = jobs.get(key);
		if (job) job.push(fact);
		else jobs.set(key, [fact]);
	};
	const ofExports = facts.filter(isOfExport);
	for (const fact of ofExports) if (fact.job !== undefined) add(fact.job, fact);
	// An error says whose it is, and not of which export.
	const last = [...jobs.keys()].at(-1) ?? '';
	for (const fact of ofExports) if (fact.job === undefined) add(last, fact);
	const byRequest = new Map<string, Fact[]>();
	const inTime = [...jobs.values()].sort((a, b) => (requestedAt(a) < requestedAt(b) ? -1 : 1));
	for (const job of inTime) byRequest.set(requestOf(job), job);
	return [...byRequest.values()];
}

function isOfExport({ step, kind }: Fact): boolean {
	return step === 'waitForExport' || step === 'fetchBatch' || kind === 'started';
}

/** When the export was asked for; all its items say so. */
function requestedAt(job: readonly Fact[]): string {
	return job.flatMap(({ json }) => textOf(json.requestedAt) ?? [])[0] ?? '';
}

function requestOf(job: readonly Fact[]): string {
	const asked = job.map(({ json }) => json.asked).find((each) => each !== undefined);
	return typeof asked === 'string' ? asked : (JSON.stringify(asked) ?? '');
}

function judgeExport(facts: readonly Fact[]): Verdict {
	const last = (...kinds: Array<Fact['kind']>) => facts.filter(({ kind }) => kinds.includes(kind)).at(-1);
	const failed = last('failed');
	const isListed = facts.some(({ step, kind }) => kind === 'completed' || step === 'fetchBatch');
	if (isListed) return judgeFiles(filesOf(facts), failed?.json);
	// Also where it is the answer to a job that was still running before.
	const end = failed ?? facts.filter(({ step }) => step === 'waitForExport').at(-1) ?? last('started');
	return end ? judgeItem(end) : unknown(['Nothing is known of the export.'], LOOK_AT_RUN);
}

/** From the worst to the best. */
const WORST_FIRST = [
	UNKNOWN,
	'still-running',
	ERROR,
	'failed',
	'consent-ended',
	'partial',
	'unclear',
	'empty',
	'complete',
];
const DATA_CAME = ['complete', 'partial', 'unclear'];
const LOST = [ERROR, 'failed', 'consent-ended'];

/** Several exports of one exchange, such as one for claims and one for the rest. */
function together(verdicts: readonly Verdict[]): Verdict {
	if (verdicts.length === 1) return verdicts[0];
	const rank = ({ outcome }: Verdict) => WORST_FIRST.indexOf(outcome);
	const [worst] = [...verdicts].sort((a, b) => rank(a) - rank(b));
	const isEmptyBeside = worst.outcome === 'empty' && verdicts.some(({ outcome }) => outcome === 'complete');
	if (isEmptyBeside || worst.outcome === 'complete') return verdict('complete', []);
	const reasons = [
		`There were ${pluralize(verdicts.length, 'export', 'exports')}.`,
		joined(verdicts.map(({ reason }) => reason)),
	];
	const isPartial =
		LOST.includes(worst.outcome) && verdicts.some(({ outcome }) => DATA_CAME.includes(outcome));
	return verdict(isPartial ? 'partial' : worst.outcome, reasons, worst.nextStep);
}
