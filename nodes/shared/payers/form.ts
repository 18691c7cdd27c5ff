import type { IExecuteFunctions, INodeCredentialDescription, INodeProperties } from 'n8n-workflow';
import { PAYER_KINDS } from './index';
import type { PayerKind, Taken } from './payer';

/** What every node that asks a payer has in its form: which payer, which credential, and fields by what a payer takes. */

const PARAMETER = 'payerApi';
/** The one that a new node begins with. */
const FIRST_KIND = PAYER_KINDS[0].name;

function namesWhere(takes: Taken): string[] {
	return PAYER_KINDS.filter((kind) => kind.takes.includes(takes)).map(({ name }) => name);
}

/** Shows a field only for payers that take what it is about. */
export function shownWhere(takes: Taken): { show: Record<string, string[]> } {
	return { show: { [PARAMETER]: namesWhere(takes) } };
}

/** The same for a field inside a collection, which sees other parameters by their path. @param also further conditions */
export function shownInCollectionWhere(
	takes: Taken,
	also: Record<string, string[]> = {},
): { show: Record<string, string[]> } {
	return { show: { [`/${PARAMETER}`]: namesWhere(takes), ...also } };
}

/** The parameter that chooses among the credentials of a kind of payer that has several. */
function signInParameter({ name }: PayerKind): string {
	return `${name}Authentication`;
}

/**
 * The credentials of a node, one entry a type (n8n takes the first entry of a name and no other). Each is hidden where the payer,
 * or the chosen way to sign in, is not one of its own. Hidden, not shown: where `show` names every choice of a parameter, n8n's editor takes
 * that parameter out of the form and into the credential's.
 */
export const PAYER_CREDENTIALS: INodeCredentialDescription[] = credentialsOf(PAYER_KINDS);

export function credentialsOf(kinds: readonly PayerKind[]): INodeCredentialDescription[] {
	const types = new Set(kinds.flatMap(({ credentials }) => credentials.map(({ type }) => type)));
	return [...types].map((type) => {
		const isOwn = ({ credentials }: PayerKind) => credentials.some((each) => each.type === type);
		const others = kinds.filter((kind) => !isOwn(kind)).map(({ name }) => name);
		const otherWays = kinds
			.filter((kind) => isOwn(kind) && kind.credentials.length > 1)
			.map((kind) => [
				signInParameter(kind),
				kind.credentials.map((each) => each.type).filter((other) => other !== type),
			]);
		const hide: Record<string, string[]> = {
			...(others.length > 0 && { [PARAMETER]: others }),
			...Object.fromEntries(otherWays),
		};
		return { name: type, required: true, displayOptions: { hide } };
	});
}

/** The parameters that choose the payer, first in the form of each node. */
export const PAYER_FIELDS: INodeProperties[] = [
	{
		displayName: 'Payer API',
		name: PARAMETER,
		type: 'options',
		noDataExpression: true,
		default: FIRST_KIND,
		options: PAYER_KINDS.map(({ name, displayName, description }) => ({
			name: displayName,
			value: name,
			description,
		})),
		description: 'How the other health plan is asked',
	},
	...PAYER_KINDS.filter(({ credentials }) => credentials.length > 1).map((kind): INodeProperties => {
		const [standard] = kind.credentials;
		const standardType = standard.type;
		return {
			displayName: 'Authentication',
			name: signInParameter(kind),
			type: 'options',
			noDataExpression: true,
			default: standardType,
			displayOptions: { show: { [PARAMETER]: [kind.name] } },
			options: kind.credentials.map(({ type, displayName, description }) => ({
				name: displayName,
				value: type,
				description,
			})),
			description: 'How n8n signs in at the payer',
		};
	}),
];

/** The field Tenant. @param origin a sentence that says where its value comes from */
export function tenantField(origin: string): INodeProperties {
	return {
		displayName: 'Tenant',
		name: 'tenant',
		type: 'string',
		displayOptions: shownWhere('tenant'),
		default: '={{ $json.tenant }}',
		placeholder: 'e.g. bison',
		description: `The member's other health plan, by the name 1upHealth has for it. ${origin} Empty: the default tenant of the credential.`,
	};
}

/** The kind of payer and the credential that a node is set to. */
export function chosenKind(context: IExecuteFunctions): { kind: PayerKind; credentialType: string } {
	const name: unknown = context.getNodeParameter(PARAMETER, 0, FIRST_KIND);
	const kind = PAYER_KINDS.find((each) => each.name === name) ?? PAYER_KINDS[0];
	const [standard] = kind.credentials;
	if (kind.credentials.length === 1) return { kind, credentialType: standard.type };
	const chosen: unknown = context.getNodeParameter(signInParameter(kind), 0, standard.type);
	const { type } = kind.credentials.find((each) => each.type === chosen) ?? standard;
	return { kind, credentialType: type };
}
