/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
	BinaryDataService as BinaryDataServiceType,
	WorkflowExecute as WorkflowExecuteType,
} from 'n8n-core';
import {
	getCredentialOwnRequestAllowedDomains,
	ICredentialsHelper,
	NodeConnectionTypes,
	NodeHelpers,
	Workflow,
	type IBinaryData,
	type IConnections,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IExecuteFunctions,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialsDetails,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypes,
	type IRun,
	type IVersionedNodeType,
	type IWorkflowExecuteAdditionalData,
	type OnError,
} from 'n8n-workflow';
import { FhirPayerOAuth2Api } from '../../credentials/FhirPayerOAuth2Api.credentials';
import { OneUpHealthOAuth2Api } from '../../credentials/OneUpHealthOAuth2Api.credentials';
import { PayerDirectoryApi } from '../../credentials/PayerDirectoryApi.credentials';
import { SmartBackendServicesApi } from '../../credentials/SmartBackendServicesApi.credentials';
import { UdapPayerApi } from '../../credentials/UdapPayerApi.credentials';
import { CheckPayer } from '../../nodes/CheckPayer/CheckPayer.node';
import { FetchBatch } from '../../nodes/FetchBatch/FetchBatch.node';
import { FetchDocuments } from '../../nodes/FetchDocuments/FetchDocuments.node';
import { MemberMatch } from '../../nodes/MemberMatch/MemberMatch.node';
import { FhirToTable } from '../../nodes/FhirToTable/FhirToTable.node';
import { MemberOutcomes } from '../../nodes/MemberOutcomes/MemberOutcomes.node';
import { ReadNdjsonFile } from '../../nodes/ReadNdjsonFile/ReadNdjsonFile.node';
import { StartExport } from '../../nodes/StartExport/StartExport.node';
import { WaitForExport } from '../../nodes/WaitForExport/WaitForExport.node';

// n8n-core reads these when it is loaded.
process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'engine-'));
process.env.N8N_ENCRYPTION_KEY = 'a key for tests';
process.env.N8N_DEFAULT_BINARY_DATA_MODE = 'filesystem';
process.env.N8N_LOG_LEVEL = 'silent';
/* eslint-disable @typescript-eslint/no-require-imports -- n8n-core is loaded after the environment is set, and its own @n8n/di */
const core = require('n8n-core') as typeof import('n8n-core');
const { Container } = require(
	require.resolve('@n8n/di', { paths: [require.resolve('n8n-core')] }),
) as typeof import('@n8n/di');
/* eslint-enable @typescript-eslint/no-require-imports */

/** Node types of the package, as in a workflow file. */
/** Nodes that ask a payer. */
export type PayerNodeName = 'memberMatch' | 'startExport' | 'waitForExport' | 'fetchBatch';
export type NodeName =
	| PayerNodeName
	| 'checkPayer'
	| 'fetchDocuments'
	| 'readNdjsonFile'
	| 'fhirToTable'
	| 'memberOutcomes';

const PACKAGE = 'n8n-nodes-payer-to-payer';
export type CredentialName =
	| 'oneUpHealthOAuth2Api'
	| 'payerDirectoryApi'
	| 'smartBackendServicesApi'
	| 'fhirPayerOAuth2Api'
	| 'udapPayerApi';

/** The two functions of a credential type that n8n's CredentialsHelper calls. */
export interface SigningCredential {
	properties: INodeProperties[];
	authenticate(
		credentials: ICredentialDataDecryptedObject,
		options: IHttpRequestOptions,
	): Promise<IHttpRequestOptions>;
	preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<ICredentialDataDecryptedObject>;
}

/** The credential types of the package by name. */
const CREDENTIALS: Record<CredentialName, new () => SigningCredential> = {
	oneUpHealthOAuth2Api: OneUpHealthOAuth2Api,
	payerDirectoryApi: PayerDirectoryApi,
	smartBackendServicesApi: SmartBackendServicesApi,
	fhirPayerOAuth2Api: FhirPayerOAuth2Api,
	udapPayerApi: UdapPayerApi,
};

/** Passes the items of the test to the first node. */
class Input implements INodeType {
	constructor(private readonly items: INodeExecutionData[]) {}

	description = {
		displayName: 'Input',
		name: 'input',
		group: ['trigger' as const],
		version: 1,
		description: 'Items of the test',
		defaults: { name: 'Input' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
		usableAsTool: undefined,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await Promise.resolve([[]]);
	}

	withItems(): INodeType {
		const { items } = this;
		return Object.assign(Object.create(this) as INodeType, {
			execute: async () => await Promise.resolve([items]),
		});
	}
}

/** A step of a linear workflow; step n+1 is connected to output `from` of step n. */
export interface Step {
	node: NodeName;
	parameters?: IDataObject;
	onError?: OnError;
	/** Output of the previous step that is connected to this one (default 0). */
	from?: number;
	name?: string;
	/** Like a new node on the canvas, without a selected credential. */
	withoutCredential?: boolean;
	/** The node's settings Retry On Fail and Max. Tries; the pause is the shortest. */
	maxTries?: number;
}

/** A connection from an output of a node to an input of another (0 where not said). */
export interface Link {
	from: string;
	output?: number;
	to: string;
	input?: number;
}

/** The result of a run. */
export interface EngineRun {
	status: string;
	error?: { message: string; description?: string | null; httpCode?: string | null; context?: IDataObject };
	/** The items on each output, by step name. */
	outputs(name: string): INodeExecutionData[][];
	/** The JSON of the items on one output of a step. */
	json(name: string, output?: number): IDataObject[];
	raw: IRun;
}

export interface EngineOptions {
	items: Array<IDataObject | INodeExecutionData>;
	steps: Step[];
	/** The connections, in place of those in a row; the rows come from `Input`. */
	links?: Link[];
	/** Nodes of the test itself, by name; `links` connects them. */
	others?: Record<string, INodeType>;
	/** Items that a person has pinned, by node. */
	pinData?: Record<string, INodeExecutionData[]>;
	credential: ICredentialDataDecryptedObject;
	/** Credential type; 1upHealth's by default. */
	credentialType?: CredentialName;
	/** Another build of the package, and its credential type that the nodes use. */
	build?: { nodes: Record<NodeName, INodeType>; credentialType: string; credential: SigningCredential };
	/** Called with a function that stops the run, as n8n's Stop button does. */
	onStart?: (stop: () => void) => void;
	timezone?: string;
	/** What n8n keeps with the workflow between runs; changed by the run. */
	staticData?: IDataObject;
	/** How the run began, `trigger` by default. */
	mode?: 'trigger' | 'manual';
	/** Runs the node types that n8n makes for AI agents: the same nodes, under names that end in Tool. */
	asTool?: boolean;
}

/**
 * n8n's CredentialsHelper lives in the n8n package, not in n8n-core; this one follows it: `preAuthentication` is called where
 * the hidden token is empty or was refused, and its result is kept (n8n 2.41, credentials-helper.js).
 */
class TestCredentials extends ICredentialsHelper {
	constructor(
		readonly stored: ICredentialDataDecryptedObject,
		private readonly type: SigningCredential,
	) {
		super();
	}

	getParentTypes(): string[] {
		return [];
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		_type: string,
		options: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return await this.type.authenticate(credentials, options);
	}

	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		_type: string,
		_node: INode,
		expired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		if (credentials.accessToken !== '' && !expired) return undefined;
		const output: ICredentialDataDecryptedObject = await this.type.preAuthentication.call(
			restrictedHelpers(helpers, credentials),
			credentials,
		);
		if (output.accessToken === undefined) return undefined;
		Object.assign(this.stored, output);
		return Object.assign(credentials, output);
	}

	async runPreAuthentication(): Promise<undefined> {
		return await Promise.resolve(undefined);
	}

	async getCredentials(details: INodeCredentialsDetails, type: string) {
		return await Promise.resolve(new core.Credentials({ id: details.id, name: details.name }, type, ''));
	}

	async getDecrypted(): Promise<ICredentialDataDecryptedObject> {
		return await Promise.resolve({ ...this.stored });
	}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(): Promise<void> {}

	getCredentialsProperties(): INodeProperties[] {
		return this.type.properties;
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}
}

/** n8n keeps the requests of a credential to the Allowed Domains of its form (n8n 2.41, credentials-helper.js). */
function restrictedHelpers(
	helpers: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
): IHttpRequestHelper {
	const allowedDomains = getCredentialOwnRequestAllowedDomains(credentials);
	if (allowedDomains === undefined) return helpers;
	const httpRequest = async (options: IHttpRequestOptions): Promise<unknown> =>
		await helpers.helpers.httpRequest({ ...options, allowedDomains });
	return { helpers: { httpRequest } };
}

let binaryStore: Promise<BinaryDataServiceType> | undefined;

async function readyBinaryStore(): Promise<BinaryDataServiceType> {
	const service = Container.get(core.BinaryDataService);
	await service.init();
	return service;
}

/** The bytes that a node stored in n8n's binary store. */
export async function storedBytes(item: INodeExecutionData, property = 'data'): Promise<Buffer> {
	const service = await (binaryStore ??= readyBinaryStore());
	const data = item.binary?.[property];
	if (!data) throw new Error(`The item has no binary "${property}"`);
	return await service.getAsBuffer(data);
}

/** A file of this computer in n8n's binary store, as the node before would have left it. */
export async function storeFile(path: string, fileName: string): Promise<IBinaryData> {
	const service = await (binaryStore ??= readyBinaryStore());
	const location = { type: 'execution' as const, workflowId: 'test', executionId: 'stored' };
	const data: IBinaryData = { data: '', mimeType: 'application/fhir+ndjson', fileName };
	return await service.copyBinaryFile(location, data, path);
}

/** A new credential, without a token. */
export function credentialFor(
	gateway: { url: string; clientId: string; clientSecret: string },
	changes: ICredentialDataDecryptedObject = {},
): ICredentialDataDecryptedObject {
	return {
		clientId: gateway.clientId,
		clientSecret: gateway.clientSecret,
		gatewayUrl: gateway.url,
		scope: 'member-match|read',
		defaultTenant: '',
		accessToken: '',
		...changes,
	};
}

let executions = 0;

/** Runs a linear workflow with the real n8n-core engine and real HTTP. */
export async function runSteps(options: EngineOptions): Promise<EngineRun> {
	await (binaryStore ??= readyBinaryStore());
	const items = options.items.map((item) => ('json' in item ? (item as INodeExecutionData) : { json: item }));
	const { credentialType = 'oneUpHealthOAuth2Api' } = options;
	const build = options.build ?? {
		nodes: ownNodes(),
		credentialType,
		credential: new CREDENTIALS[credentialType](),
	};
	const others = Object.entries(options.others ?? {});
	const types: Record<string, INodeType> = {
		'test.input': new Input(items).withItems(),
		...Object.fromEntries(
			Object.entries(build.nodes).flatMap(([name, node]) => [
				[`${PACKAGE}.${name}`, node],
				[`${PACKAGE}.${name}Tool`, node],
			]),
		),
		...Object.fromEntries(others.map(([name, node]) => [`test.${name}`, node])),
	};
	const nodeTypes: INodeTypes = {
		getByName: (name) => types[name] as INodeType | IVersionedNodeType,
		getByNameAndVersion: (name) => NodeHelpers.getVersionedNodeType(types[name]),
		getKnownTypes: () => ({}),
	};
	const names = options.steps.map((step) => step.name ?? step.node);
	const nodes: INode[] = [
		{ id: '0', name: 'Input', type: 'test.input', typeVersion: 1, position: [0, 0], parameters: {} },
		...options.steps.map((step, index) => ({
			id: String(index + 1),
			name: names[index],
			type: `${PACKAGE}.${step.node}${options.asTool ? 'Tool' : ''}`,
			typeVersion: 1,
			position: [200 * (index + 1), 0] as [number, number],
			parameters: (step.parameters ?? {}) as INode['parameters'],
			onError: step.onError,
			...(step.maxTries && { retryOnFail: true, maxTries: step.maxTries, waitBetweenTries: 1 }),
			credentials: step.withoutCredential
				? undefined
				: { [build.credentialType]: { id: '1', name: 'Sandbox' } },
		})),
		...others.map(
			([name]): INode => ({
				id: name,
				name,
				type: `test.${name}`,
				typeVersion: 1,
				position: [0, 400],
				parameters: {},
			}),
		),
	];
	const workflow = new Workflow({
		id: 'test',
		name: 'Test',
		active: false,
		nodes,
		connections: options.links ? linked(options.links) : connectionsOf(options.steps, names),
		nodeTypes,
		staticData: options.staticData,
		...(options.pinData && { pinData: options.pinData }),
		settings: { executionOrder: 'v1', timezone: options.timezone ?? 'America/New_York' },
	});
	const hooks = new core.ExecutionLifecycleHooks('trigger', '1', {
		id: 'test',
		name: 'Test',
		nodes: [],
		connections: {},
		active: false,
	} as never);
	const additionalData = {
		executionId: String((executions += 1)),
		restApiUrl: 'http://localhost/rest',
		instanceBaseUrl: 'http://localhost',
		webhookBaseUrl: 'http://localhost/webhook',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		webhookTestBaseUrl: 'http://localhost/webhook-test',
		variables: {},
		credentialsHelper: new TestCredentials(options.credential, build.credential),
		hooks,
		currentNodeParameters: undefined,
		logAiEvent: () => undefined,
		setExecutionStatus: () => undefined,
	} as unknown as IWorkflowExecuteAdditionalData;
	const engine: WorkflowExecuteType = new core.WorkflowExecute(additionalData, options.mode ?? 'trigger');
	const start = workflow.getNode('Input') ?? undefined;
	const running = engine.run({ workflow, startNode: start } as never);
	options.onStart?.(() => running.cancel());
	return engineRun(await running);
}

/** The nodes from source. */
function ownNodes(): Record<NodeName, INodeType> {
	return {
		memberMatch: new MemberMatch(),
		startExport: new StartExport(),
		waitForExport: new WaitForExport(),
		fetchBatch: new FetchBatch(),
		fetchDocuments: new FetchDocuments(),
		readNdjsonFile: new ReadNdjsonFile(),
		fhirToTable: new FhirToTable(),
		memberOutcomes: new MemberOutcomes(),
		checkPayer: new CheckPayer(),
	};
}

function connectionsOf(steps: Step[], names: string[]): IConnections {
	const connections: IConnections = {};
	steps.forEach((step, index) => {
		const source = index === 0 ? 'Input' : names[index - 1];
		const outputs = Array.from({ length: (step.from ?? 0) + 1 }, (_, output) =>
			output === (step.from ?? 0) ? [{ node: names[index], type: NodeConnectionTypes.Main, index: 0 }] : [],
		);
		connections[source] = { main: outputs };
	});
	return connections;
}

function linked(links: readonly Link[]): IConnections {
	const connections: IConnections = {};
	for (const { from, output = 0, to, input = 0 } of links) {
		const { main } = (connections[from] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output]?.push({ node: to, type: NodeConnectionTypes.Main, index: input });
	}
	return connections;
}

function engineRun(raw: IRun): EngineRun {
	const outputs = (name: string) =>
		(raw.data.resultData.runData[name]?.at(-1)?.data?.main ?? []).map((items) => items ?? []);
	return {
		status: raw.status,
		error: raw.data.resultData.error as EngineRun['error'],
		outputs,
		json: (name, output = 0) => (outputs(name)[output] ?? []).map((item) => item.json),
		raw,
	};
}
