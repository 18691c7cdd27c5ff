import type { IDataObject, INodeExecutionData, OnError } from 'n8n-workflow';
import type { FaultEntry } from '../../sandbox/faults/plan';
import { credentialFor, runSteps, type EngineRun, type NodeName, type Step } from './engine';
import { pairs, row, truth, typesOf } from './expectations';
import type { RunningSandbox, SeenRequest } from './sandbox';

/** One exchange under faults. */
export interface FaultyExchange {
	plan: FaultEntry[];
	/** Keys of the members (default `small`). */
	members?: string[];
	settings?: Record<string, unknown>;
	parameters?: Partial<Record<NodeName, IDataObject>>;
	onError?: OnError;
	/** Changes the credential. */
	credential?: IDataObject;
	/** Called with a function that stops the run. */
	onStart?: (stop: () => void) => void;
}

/** The nodes' output, and the requests that the gateway received. */
export interface Seen {
	run: EngineRun;
	requests: SeenRequest[];
	/** Requests of one kind. */
	of(kind: keyof typeof KINDS): SeenRequest[];
	/** Seconds between the requests of one kind. */
	pauses(kind: keyof typeof KINDS): number[];
	/** The resources output for a member. */
	resourcesOf(key: string): IDataObject[];
	/** message and description of the run's error, of every error item, and of every reason. */
	told: string;
	seconds: number;
}

const KINDS = {
	token: /openid-connect\/token$/,
	match: /\$member-match$/,
	kickOff: /\/Group\/[^/]+\/\$export/,
	status: /\$export\/job\//,
	file: /\$export\/file\//,
};

const STEPS: NodeName[] = ['memberMatch', 'startExport', 'waitForExport', 'fetchBatch'];

/** Runs the four nodes in a row through n8n's real engine, against the sandbox with a fault plan. */
export async function exchange(sandbox: RunningSandbox, asked: FaultyExchange): Promise<Seen> {
	const { plan, members = ['small'], settings = {}, parameters = {}, onError } = asked;
	await sandbox.reset();
	await sandbox.set({ retryAfter: '', runningPolls: 0, ...settings });
	await sandbox.plan(plan);
	const standard: Partial<Record<NodeName, IDataObject>> = {
		waitForExport: { pollEvery: 1, giveUpAfter: 1 },
	};
	const steps = STEPS.map(
		(node): Step => ({ node, onError, parameters: { ...standard[node], ...parameters[node] } }),
	);
	const startedAt = Date.now();
	const run = await runSteps({
		items: members.map((key) => row(key)),
		steps,
		credential: credentialFor(sandbox, asked.credential as never),
		onStart: asked.onStart,
	});
	const seconds = (Date.now() - startedAt) / 1000;
	return { ...seen(run, await sandbox.requests()), seconds };
}

function seen(run: EngineRun, requests: SeenRequest[]): Omit<Seen, 'seconds'> {
	const of: Seen['of'] = (kind) => requests.filter(({ path }) => KINDS[kind].test(path.split('?')[0]));
	return {
		run,
		requests,
		of,
		pauses: (kind) => {
			const times = of(kind).map(({ time }) => time);
			return times.slice(1).map((time, index) => (time - times[index]) / 1000);
		},
		resourcesOf: (key) => {
			const { memberId } = row(key);
			const batches = run.json('waitForExport');
			const items = run.outputs('fetchBatch')[0] ?? [];
			const from = pairs(items);
			return items.filter((_, index) => batches[from[index]]?.memberId === memberId).map(({ json }) => json);
		},
		told: everythingTold(run),
	};
}

function everythingTold(run: EngineRun): string {
	const items: INodeExecutionData[] = STEPS.flatMap((step) => run.outputs(step).flat());
	const told = items.flatMap(({ json }) => [json.error, json.message, json.reason]);
	return [run.error?.message, run.error?.description, ...told].filter(Boolean).join(' | ');
}

/** Expects all resources of the member exactly once, and nothing partial. */
export function expectWhole(seenRun: Seen, ...keys: string[]): void {
	const { run } = seenRun;
	expect(run.error).toBeUndefined();
	for (const key of keys) {
		expect(typesOf(seenRun.resourcesOf(key))).toEqual(truth(key).types);
		const reports = run.json('fetchBatch', 1).filter(({ memberId }) => memberId === row(key).memberId);
		expect(reports.map(({ outcome }) => outcome)).toEqual(truth(key).files.map(() => 'complete'));
	}
	expect(run.json('waitForExport', 2)).toEqual([]);
}
