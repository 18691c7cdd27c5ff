import { NodeHelpers, type IDataObject, type IExecuteFunctions, type INode } from 'n8n-workflow';
import { DIRECTORY_KEY_PATTERN, PAYER_KEY_PATTERN } from '../fhir/ids';
import { countOf, isObject } from '../fhir/json';
import { isResourceType } from '../fhir/resourceTypes';
import { isErrorItem } from './errorItems';
import { isNextStep, usualNextStep } from './nextSteps';
import { isOutcome } from './outcomes';

/**
 * Whether an AI agent runs the node as a tool. An agent sees only the first output. n8n makes a separate node type for tools, whose name
 * ends in `Tool`. `isToolExecution` is not enough: AI Agent 3 runs tools in the regular context, where it is always false
 * (n8n-core 2.41.1, execute-context). A sub-workflow called by an agent cannot be told from any other run.
 */
export function isAgentTool(context: IExecuteFunctions): boolean {
	return isToolNode(context.getNode()) || context.isToolExecution?.() === true;
}

/** The same, decided by the node alone. */
export function isToolNode({ type }: INode): boolean {
	return NodeHelpers.isToolType(type);
}

/**
 * The keys of an item that a language model may see, by the kind of value each may have: the payer's ids and addresses, outcomes, counts.
 * Nothing that identifies the member, no free text of the payer, no raw response.
 */
const VISIBLE_TO_AGENTS: Readonly<
	Record<
		string,
		| 'id'
		| 'address'
		| 'outcome'
		| 'payer'
		| 'directoryKey'
		| 'day'
		| 'sentence'
		| 'type'
		| 'count'
		| 'flag'
		| 'counts'
		| 'tables'
		| 'checked'
	>
> = {
	...keysOf('outcome', 'outcome'),
	...keysOf('payer', 'payer'),
	...keysOf('directoryKey', 'directoryKey'),
	...keysOf('id', 'tenant groupId patientId jobId'),
	...keysOf('address', 'statusUrl'),
	...keysOf('day', 'consentEnd'),
	...keysOf('sentence', 'nextStep'),
	...keysOf('type', 'type'),
	...keysOf(
		'flag',
		'requiresAccessToken finished deleted jobDeleted rejectedTruncated patientChecked partial emptiedByDate',
	),
	...keysOf(
		'count',
		'batch batchCount part parts count resourceCount memberCount resources rejected flagged unbundled',
	),
	...keysOf(
		'count',
		'headers beforeDateOfService deletions bytes lines limit polls otherPatients relatedPatients patientsSeen',
	),
	...keysOf(
		'count',
		'moneyAmounts deniedAuthorizations drugAuthorizations transmitters complaints duplicates duplicatesDifferent duplicatesLeftOut documentsByAddress numbersChanged',
	),
	...keysOf(
		'count',
		'authorizationsWithoutDocuments protectedResources oldestServiceMonths oldestCoverageMonths',
	),
	...keysOf('count', 'rows notInTable partialDates'),
	...keysOf('counts', 'batches'),
	...keysOf('tables', 'tables'),
	...keysOf('checked', 'checked'),
};

function keysOf<Kind extends string>(kind: Kind, keys: string): Record<string, Kind> {
	return Object.fromEntries(keys.split(' ').map((key) => [key, kind]));
}

/** Form of the values by kind. A payer could spell a name as an id; what no pattern can tell is said in the documents. */
const FORMS = {
	id: /^(?!\.+$)[\w.~-]{1,300}$/,
	/** Without a query, which may be a signature, but for the job's own id. */
	address: /^https?:\/\/[\w.:-]{1,200}\/[\w.~/$%-]{0,1000}(?:\?_?job(?:_?id)?=[\w.~-]{1,300})?$/i,
	payer: PAYER_KEY_PATTERN,
	/** Of two rows of a directory at one address, the next tool knows by it which is asked. */
	directoryKey: DIRECTORY_KEY_PATTERN,
	day: /^\d{4}-\d{2}-\d{2}$/,
	/** What was not looked for, nobody may take for absent. */
	checked: /^ends$/,
};
/** The name of a view, which its author wrote. */
const TABLE_NAME = /^[A-Za-z]\w{0,63}$/;
const BATCH_COUNTS = ['running', 'complete', 'failed', 'total'];

function isVisible(key: string, value: unknown): boolean {
	const kind = Object.hasOwn(VISIBLE_TO_AGENTS, key) ? VISIBLE_TO_AGENTS[key] : undefined;
	if (kind === 'flag') return typeof value === 'boolean';
	if (kind === 'count') return isCount(value);
	if (kind === 'counts')
		return (
			isObject(value) &&
			Object.entries(value).every(
				([name, each]) => BATCH_COUNTS.includes(name) && (each === undefined || isCount(each)),
			)
		);
	if (kind === 'tables') {
		return (
			isObject(value) && Object.entries(value).every(([name, each]) => TABLE_NAME.test(name) && isCount(each))
		);
	}
	if (kind === undefined || typeof value !== 'string') return false;
	if (kind === 'sentence') return isNextStep(value);
	if (kind === 'outcome') return isOutcome(value);
	return kind === 'type' ? isResourceType(value) : FORMS[kind].test(value);
}

function isCount(value: unknown): boolean {
	return Number.isSafeInteger(countOf(value));
}

/**
 * An item as a language model sees it.
 * @param agentUrl returns the URL of a file if it is on the payer's own server, where it is useless without the token; a signed URL
 *   elsewhere is a secret
 */
export function itemForAgent(
	json: IDataObject,
	agentUrl: (url: string) => string | undefined = () => undefined,
): IDataObject {
	// The error of a node, and no column of a row that is named so.
	const isError = isErrorItem(json);
	const visible = Object.entries(json).filter(
		([key, value]) => isVisible(key, value) || (isError && ['error', 'details'].includes(key)),
	);
	// A file that needs no token is open to whoever has its address.
	const own =
		typeof json.url === 'string' && json.requiresAccessToken !== false ? agentUrl(json.url) : undefined;
	const url = own !== undefined && FORMS.address.test(own) ? own : undefined;
	// The status is the payer's free text, so an agent gets a fixed word instead.
	// The sentence of a payer that is not known may hold what the roster says; an agent gets the usual one.
	const usualStep = json.nextStep !== undefined && usualNextStep(json.outcome);
	const isRunning = json.nextPollAt !== undefined && !isVisible('outcome', json.outcome);
	return {
		...(usualStep && { nextStep: usualStep }),
		...Object.fromEntries(visible),
		...(isRunning && { outcome: 'still-running' }),
		...(url !== undefined && { url }),
	};
}
