import { FHIR_JSON, JSON_TYPE } from '../mediaTypes';
import { fhirAnswer, type Answer } from '../operationOutcome';
import type { Dialect, DialectRules } from './dialects';
import type { PayerRequest } from './payer';

/** `.well-known/smart-configuration` (SMART App Launch 2, "Conformance"). */
export function smartConfiguration({ payer, headers, checks }: PayerRequest): Answer {
	const accept = headers.accept ?? JSON_TYPE;
	checks.check('A13', 'Accept has JSON', /application\/json|\*\/\*/.test(accept));
	// SMART wants absolute addresses; a client should read a relative one all the same.
	const isRelative = payer.rules.discovery === 'relative';
	return {
		status: 200,
		headers: { 'content-type': JSON_TYPE },
		body: {
			token_endpoint: isRelative ? '../../auth/token' : `${payer.url()}/auth/token`,
			token_endpoint_auth_methods_supported: [
				...['private_key_jwt', 'client_secret_basic', 'client_secret_post'],
				...(payer.mtls ? ['tls_client_auth'] : []),
			],
			// RFC 8705, sections 3 and 5.
			...(payer.mtls && {
				tls_client_certificate_bound_access_tokens: true,
				mtls_endpoint_aliases: { token_endpoint: `${payer.url()}/auth/token` },
			}),
			token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
			grant_types_supported: ['client_credentials'],
			scopes_supported: ['system/*.rs', 'system/*.read'],
			capabilities: ['client-confidential-asymmetric', 'permission-v2'],
		},
	};
}

/** `metadata`, the CapabilityStatement. */
export function metadata({ payer: { dialect, rules } }: PayerRequest): Answer {
	return fhirAnswer(200, capabilityStatement(dialect, rules));
}

const DEFINITIONS = {
	'member-match': 'http://hl7.org/fhir/us/davinci-hrex/OperationDefinition/member-match',
	'bulk-member-match': 'http://hl7.org/fhir/us/davinci-pdex/OperationDefinition/BulkMemberMatch',
	'davinci-data-export': 'http://hl7.org/fhir/us/davinci-atr/OperationDefinition/davinci-data-export',
	'patient-export': 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export',
	'group-export': 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition/group-export',
};

type Operation = fhir4.CapabilityStatementRestResourceOperation;

function operation(defined: keyof typeof DEFINITIONS): Operation {
	return { name: defined.replace(/^(?:patient|group)-/, ''), definition: DEFINITIONS[defined] };
}

/** Operations stand with the resource type that they are asked for on. */
function capabilityStatement(dialect: Dialect, rules: DialectRules): fhir4.CapabilityStatement {
	const { groupExport, patientExport, bulkMatch } = rules;
	const ofGroup: Operation[] = [
		...(bulkMatch ? [operation('bulk-member-match')] : []),
		...(groupExport?.operation === '$davinci-data-export' ? [operation('davinci-data-export')] : []),
		...(groupExport?.operation === '$export' ? [operation('group-export')] : []),
	];
	return {
		resourceType: 'CapabilityStatement',
		status: 'active',
		date: '2026-06-30',
		kind: 'instance',
		fhirVersion: '4.0.1',
		format: [FHIR_JSON],
		implementation: { description: `Sandbox payer ${dialect}: all members are synthetic` },
		rest: [
			{
				mode: 'server',
				resource: [
					{
						type: 'Patient',
						interaction: [{ code: 'read' }, { code: 'search-type' }],
						searchParam: [{ name: 'identifier', type: 'token' }],
						operation: [
							operation('member-match'),
							...(patientExport.length > 0 ? [operation('patient-export')] : []),
						],
					},
					...(ofGroup.length > 0
						? [
								{
									type: 'Group' as const,
									interaction: [{ code: 'read' as const }, { code: 'search-type' as const }],
									searchParam: [{ name: 'identifier', type: 'token' as const }],
									operation: ofGroup,
								},
							]
						: []),
				],
			},
		],
	};
}
