import type { IExecuteFunctions, INodeCredentialDescription, INodeProperties } from 'n8n-workflow';
import { oneUpHealth } from './oneUpHealth/requests';
import type { PayerApi } from './payer';
import { pdex } from './pdex/requests';

/** Every kind of payer that the nodes speak to; the first is the one a new node begins with. */
export const PAYER_APIS: readonly PayerApi[] = [oneUpHealth, pdex];

const PARAMETER = 'payerApi';
const FIRST_API = PAYER_APIS[0].name;

/** Shows a field only for payers that have what it is about. */
export function shownFor(...apis: PayerApi[]): { show: Record<string, string[]> } {
	return { show: { [PARAMETER]: apis.map(({ name }) => name) } };
}

/**
 * The credentials of a node, each for the payer and the way to sign in that it is for. Told by what hides them: where `show` names
 * every choice of a parameter, n8n's editor takes that parameter out of the form and into the credential's.
 */
export const PAYER_CREDENTIALS: INodeCredentialDescription[] = PAYER_APIS.flatMap((api) =>
	api.credentials.map(({ type }) => ({
		name: type,
		required: true,
		displayOptions: {
			hide: {
				[PARAMETER]: PAYER_APIS.filter((other) => other !== api).map(({ name }) => name),
				...(api.credentials.length > 1 && {
					[signInOf(api)]: api.credentials.map((other) => other.type).filter((other) => other !== type),
				}),
			},
		},
	})),
);

/** The parameters that choose the payer, first in the form of each node. */
export const PAYER_FIELDS: INodeProperties[] = [
	{
		displayName: 'Payer API',
		name: PARAMETER,
		type: 'options',
		noDataExpression: true,
		default: FIRST_API,
		options: PAYER_APIS.map(({ name, displayName, description }) => ({
			name: displayName,
			value: name,
			description,
		})),
		description: 'How the other health plan is asked',
	},
	...PAYER_APIS.filter(({ credentials }) => credentials.length > 1).map((api): INodeProperties => {
		const [standard] = api.credentials;
		const standardType = standard.type;
		return {
			displayName: 'Authentication',
			name: signInOf(api),
			type: 'options',
			noDataExpression: true,
			default: standardType,
			displayOptions: shownFor(api),
			options: api.credentials.map(({ type, displayName, description }) => ({
				name: displayName,
				value: type,
				description,
			})),
			description: 'How n8n signs in at the payer',
		};
	}),
];

/** The parameter that chooses among the credentials of an API that has several. */
function signInOf({ name }: PayerApi): string {
	return `${name}Authentication`;
}

/** The payer API and the credential that a node is set to. */
export function chosenApi(context: IExecuteFunctions): { api: PayerApi; credentialType: string } {
	const name = context.getNodeParameter(PARAMETER, 0, FIRST_API) as string;
	const api = PAYER_APIS.find((each) => each.name === name) ?? PAYER_APIS[0];
	const [standard] = api.credentials;
	const credentialType =
		api.credentials.length > 1
			? (context.getNodeParameter(signInOf(api), 0, standard.type) as string)
			: standard.type;
	return { api, credentialType };
}
