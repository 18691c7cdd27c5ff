import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import type { LoggedRequest } from '../../sandbox/requestLog';
import type { CheckLine } from '../../sandbox/standard/checks';
import type { Dialect } from '../../sandbox/standard/dialects';
import type { StandardSettings } from '../../sandbox/standard/settings';
import {
	runSteps,
	type CredentialName,
	type EngineOptions,
	type EngineRun,
	type NodeName,
	type Step,
} from './engine';
import { row } from './expectations';
import { errorRoad } from './markers';
import { startScriptedGateway, type Answer, type GotRequest } from './scriptedGateway';
import {
	standardCredential,
	startStandardPayers,
	type SignInWay,
	type StandardPayers,
} from './standardSandbox';

/** The roster row of a member for a payer without tenants. */
export function memberRow(key: string, changes: object = {}): IDataObject {
	const { tenant, ...rest } = row(key);
	void tenant;
	return { ...rest, ...changes };
}

/** Parameters by node. */
export type Parameters = Partial<Record<NodeName, IDataObject>>;

const ALL: NodeName[] = ['memberMatch', 'startExport', 'waitForExport', 'fetchBatch'];

function stepsOf(nodes: readonly NodeName[], parameters: Parameters, sets: object): Step[] {
	const standard: Parameters = { waitForExport: { pollEvery: 1, giveUpAfter: 1 } };
	return nodes.map((node) => ({ node, parameters: { ...standard[node], ...parameters[node], ...sets } }));
}

/** A run of some of the nodes in sequence; all settings have defaults. */
export interface AskedRun extends Pick<EngineOptions, 'onStart' | 'timezone' | 'asTool'> {
	nodes?: readonly NodeName[];
	items?: IDataObject[];
	parameters?: Parameters;
	/** Changes of the credential. */
	credential?: ICredentialDataDecryptedObject;
}

/** What came out of a run. */
export interface RunSeen {
	run: EngineRun;
	/** Message and description of the run's error. */
	told: string;
	/** All error texts of a run that n8n stores or shows. */
	errorRoad: string;
	seconds: number;
}

async function seenOf(running: () => Promise<EngineRun>): Promise<RunSeen> {
	const startedAt = Date.now();
	const run = await running();
	return {
		run,
		told: `${run.error?.message ?? ''} ${run.error?.description ?? ''}`,
		errorRoad: errorRoad(run),
		seconds: (Date.now() - startedAt) / 1000,
	};
}

/** A run at one payer of the sandbox. */
export interface AskedExchange extends AskedRun {
	dialect?: Dialect;
	way?: SignInWay;
	settings?: Partial<StandardSettings>;
}

/** The result of a run, and the requests that the payer received. */
export interface ExchangeSeen extends RunSeen {
	/** Checklist lines that the requests violated. */
	broken: CheckLine[];
	requests: LoggedRequest[];
	/** Requests whose path matches. */
	of(path: RegExp): LoggedRequest[];
}

/** The sandbox's standards-based payers, for all tests of a file. */
export class Payers {
	private started?: StandardPayers;

	/** Starts them before the tests of the file, and stops them afterwards. @param flags of the command line */
	constructor(...flags: string[]) {
		beforeAll(async () => void (this.started = await startStandardPayers(...flags)));
		afterAll(async () => await this.running.stop());
	}

	get running(): StandardPayers {
		if (!this.started) throw new Error('The payers have not been started');
		return this.started;
	}

	/** Runs the four nodes, or some of them, for the member `small` or other items. */
	async exchange({
		dialect = 'hrex-1.2',
		way = 'basic',
		settings = {},
		nodes = ALL,
		items = [memberRow('small')],
		parameters = {},
		credential: changes,
		...rest
	}: AskedExchange = {}): Promise<ExchangeSeen> {
		await this.running.reset({ runningPolls: 0, ...settings });
		const { credential, credentialType } = standardCredential(this.running, dialect, way, changes);
		const sets = { payerApi: 'pdex', pdexAuthentication: credentialType };
		const seen = await seenOf(
			async () =>
				await runSteps({
					...rest,
					items: items.map((item) => ({ ...item })),
					steps: stepsOf(nodes, parameters, sets),
					credential,
					credentialType,
				}),
		);
		const requests = await this.running.requests();
		return {
			...seen,
			broken: (await this.running.violations()).map(({ line }) => line),
			requests,
			of: (path) => requests.filter((request) => path.test(request.path)),
		};
	}
}

/** A run at a payer with responses defined by the test. */
export interface AskedAnswers extends Omit<AskedRun, 'items'> {
	/** Built from the payer's URL. */
	items?: (url: string) => object[];
	/** Response of the token endpoint, if it is not a token. */
	token?: Answer;
	credentialType?: CredentialName;
	onError?: Step['onError'];
}

/** The result of a run, and the requests that the payer received. */
export interface AnswersSeen extends RunSeen {
	got: GotRequest[];
	tokenRequests: GotRequest[];
}

/**
 * Runs one node, or some, at a payer that follows the standards but for what the test lets it answer, one request after the
 * other.
 */
export async function runAgainst(
	answers: Answer[] | ((url: string) => Answer[]),
	{
		nodes = ['memberMatch'],
		items = () => [memberRow('small')],
		parameters = {},
		credential: changes,
		token,
		credentialType = 'fhirPayerOAuth2Api',
		onError,
		...rest
	}: AskedAnswers = {},
): Promise<AnswersSeen> {
	const own: Answer[] = Array.isArray(answers) ? answers : [];
	const payer = await startScriptedGateway(own, token);
	if (!Array.isArray(answers)) own.push(...answers(payer.url));
	const sets = { payerApi: 'pdex', pdexAuthentication: credentialType };
	const seen = await seenOf(
		async () =>
			await runSteps({
				...rest,
				items: items(payer.url).map((item) => ({ ...item })),
				steps: stepsOf(nodes, parameters, sets).map((step) => ({ ...step, onError })),
				credentialType,
				credential: {
					fhirBaseUrl: `${payer.url}/fhir`,
					tokenUrl: `${payer.url}/openid-connect/token`,
					clientId: payer.clientId,
					clientSecret: payer.clientSecret,
					requestingName: 'Prairie Health Plan',
					respondingName: 'Bison Health Plan',
					accessToken: '',
					...changes,
				},
			}),
	).finally(payer.close);
	return { ...seen, got: payer.got, tokenRequests: payer.tokenRequests };
}
