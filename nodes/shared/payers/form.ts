import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeCredentialDescription,
	INodeListSearchResult,
	INodeProperties,
} from 'n8n-workflow';
import { DIRECTORY_CHOICE } from './directory/choice';
import { PAYER_KINDS } from './index';
import type { PayerChoice, PayerKind, PayerFeature } from './payerKind';

/** Form fields shared by all nodes that connect to a payer: payer, credential, and visibility of fields by payer feature. */

const PAYER_PARAMETER = 'payerApi';
/** Default of a new node. */
const DEFAULT_KIND = PAYER_KINDS[0].name;
/** The options of Payer API. */
const CHOICES: readonly PayerChoice[] = [...PAYER_KINDS, DIRECTORY_CHOICE];

function kindsThatTake(takes: PayerFeature): string[] {
	return CHOICES.filter((kind) => kind.takes.includes(takes)).map(({ name }) => name);
}

/** displayOptions that show a field only for payers with a feature. */
export function shownWhere(takes: PayerFeature): { show: Record<string, string[]> } {
	return { show: { [PAYER_PARAMETER]: kindsThatTake(takes) } };
}

/** The same for a field in a collection, which refers to top-level parameters by path. @param conditions further conditions */
export function shownInCollectionWhere(
	takes: PayerFeature,
	conditions: Record<string, string[]> = {},
): { show: Record<string, string[]> } {
	return { show: { [`/${PAYER_PARAMETER}`]: kindsThatTake(takes), ...conditions } };
}

/** Name of the parameter that selects one of several credential types of a payer. */
function authenticationParameter({ name }: PayerChoice): string {
	return `${name}Authentication`;
}

/**
 * The credentials of a node, one entry per type, because n8n uses only the first entry of a name. Each entry is hidden for
 * payers and authentication choices that do not use it. `hide` instead of `show`, because if `show` lists every value of a
 * parameter, n8n's editor moves that parameter from the form into the credential selector.
 */
export const PAYER_CREDENTIALS: INodeCredentialDescription[] = credentialsOf(CHOICES);

export function credentialsOf(kinds: readonly PayerChoice[]): INodeCredentialDescription[] {
	const types = new Set(kinds.flatMap(({ credentials }) => credentials.map(({ type }) => type)));
	return [...types].map((type) => {
		const usesType = ({ credentials }: PayerChoice) => credentials.some((each) => each.type === type);
		const otherKinds = kinds.filter((kind) => !usesType(kind)).map(({ name }) => name);
		const otherTypes = kinds
			.filter((kind) => usesType(kind) && kind.credentials.length > 1)
			.map((kind) => [
				authenticationParameter(kind),
				kind.credentials.map((each) => each.type).filter((other) => other !== type),
			]);
		const hide: Record<string, string[]> = {
			...(otherKinds.length > 0 && { [PAYER_PARAMETER]: otherKinds }),
			...Object.fromEntries(otherTypes),
		};
		return { name: type, required: true, displayOptions: { hide } };
	});
}

/** The parameters that select the payer, first in the form of each node. */
export const PAYER_FIELDS: INodeProperties[] = [
	{
		displayName: 'Payer API',
		name: PAYER_PARAMETER,
		type: 'options',
		noDataExpression: true,
		default: DEFAULT_KIND,
		options: CHOICES.map(({ name, displayName, description }) => ({
			name: displayName,
			value: name,
			description,
		})),
		description: 'How the other health plan is asked',
	},
	...CHOICES.filter(({ credentials }) => credentials.length > 1).map((kind): INodeProperties => {
		const [defaultCredential] = kind.credentials;
		const defaultType = defaultCredential.type;
		return {
			displayName: 'Authentication',
			name: authenticationParameter(kind),
			type: 'options',
			noDataExpression: true,
			default: defaultType,
			displayOptions: { show: { [PAYER_PARAMETER]: [kind.name] } },
			options: kind.credentials.map(({ type, displayName, description }) => ({
				name: displayName,
				value: type,
				description,
			})),
			description: 'How n8n signs in at the payer',
		};
	}),
];

/** displayOptions that show a field only where the payers come from a payer directory. */
export const SHOWN_WITH_DIRECTORY = { show: { [PAYER_PARAMETER]: [DIRECTORY_CHOICE.name] } };

/** What an empty field does, at the top of each form. @param origin where the values come from, as the end of a sentence */
export function emptyFieldsNotice(origin: string): INodeProperties {
	return {
		displayName: `Leave a field empty to read it from ${origin}. Drag a column into a field only where it has another name.`,
		name: 'emptyFieldsNotice',
		type: 'notice',
		default: '',
	};
}

/** The field Tenant. @param origin a sentence about where its value comes from */
export function tenantField(origin: string): INodeProperties {
	return {
		displayName: 'Tenant',
		name: 'tenant',
		type: 'string',
		displayOptions: shownWhere('tenant'),
		default: '',
		placeholder: TENANT_EXAMPLE,
		description: `The member's other health plan, by the name 1upHealth has for it. ${origin} Empty: the default tenant of the credential.`,
	};
}

/** The field Tenant with a list of the plans that the credential names. The node has `searchPlans` as its list search. */
export function tenantListField(origin: string): INodeProperties {
	return {
		...tenantField(origin),
		type: 'resourceLocator',
		default: { mode: 'id', value: '' },
		modes: [
			// n8n puts a column that is dragged here into the mode of this name.
			{ displayName: 'By Name', name: 'id', type: 'string', placeholder: TENANT_EXAMPLE },
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchPlans', searchable: true },
			},
		],
	};
}

const TENANT_EXAMPLE = 'e.g. bison';

/**
 * The plans of the node's credential whose name or tenant holds the filter, for the list of the field Tenant.
 * @throws ExchangeError if a field of the credential is invalid
 */
export async function searchPlans(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
	const { kind, credentialType } = kindBy((name, fallback) => this.getCurrentNodeParameter(name) ?? fallback);
	const { plans = [] } = kind.connect(await this.getCredentials(credentialType), credentialType);
	const asked = filter.trim().toLowerCase();
	const results = plans.filter((plan) =>
		[plan.name, plan.tenant].some((text) => text.toLowerCase().includes(asked)),
	);
	return { results: results.map(({ name, tenant }) => ({ name: `${name} (${tenant})`, value: tenant })) };
}

/** The payer kind and the credential type selected in the node; undefined if its payers come from a payer directory. */
export function chosenKind(context: IExecuteFunctions): ChosenKind | undefined {
	const parameter: Parameter = (name, fallback) => context.getNodeParameter(name, 0, fallback);
	return isFromDirectory(parameter) ? undefined : kindBy(parameter);
}

/** A parameter of a node, or a value in place of one that it does not have. */
type Parameter = (name: string, fallback: string) => unknown;

interface ChosenKind {
	kind: PayerKind;
	credentialType: string;
}

function isFromDirectory(parameter: Parameter): boolean {
	return parameter(PAYER_PARAMETER, DEFAULT_KIND) === DIRECTORY_CHOICE.name;
}

function kindBy(parameter: Parameter): ChosenKind {
	const name = parameter(PAYER_PARAMETER, DEFAULT_KIND);
	const kind = PAYER_KINDS.find((each) => each.name === name) ?? PAYER_KINDS[0];
	const [standard] = kind.credentials;
	if (kind.credentials.length === 1) return { kind, credentialType: standard.type };
	const chosen = parameter(authenticationParameter(kind), standard.type);
	const { type } = kind.credentials.find((each) => each.type === chosen) ?? standard;
	return { kind, credentialType: type };
}
