import type { IDataObject } from 'n8n-workflow';

/** Resources of a directory as the guides shape them, with names of our own. */

const NDH = 'http://hl7.org/fhir/us/ndh';
const PDEX = 'http://hl7.org/fhir/us/davinci-pdex';

export const concept = (system: string, code: string) => ({ coding: [{ system, code }] });
export const extension = (name: string, value: object, guide = NDH) => ({
	url: `${guide}/StructureDefinition/${name}`,
	...value,
});
export const parts = (name: string, inner: Record<string, object>, guide = NDH) =>
	extension(name, { extension: Object.entries(inner).map(([url, value]) => ({ url, ...value })) }, guide);

const useCaseCode = (code: string, guide = NDH) => ({
	valueCodeableConcept: concept(`${guide}/CodeSystem/NdhFhirEndpointUseCaseCS`, code),
});
/** Use case as in NDH 1, in PDex' copy, and as in NDH 2. */
export const USE_CASES = {
	ndh1: (code = 'payerToPayer') =>
		parts('base-ext-endpoint-usecase', { endpointUsecasetype: useCaseCode(code) }),
	pdex: (code = 'payerToPayer') =>
		parts('base-ext-endpoint-usecase', { endpointUsecasetype: useCaseCode(code, PDEX) }, PDEX),
	ndh2: (code = 'payerToPayer') =>
		parts('base-ext-implementation-guide', { 'ig-usecase': useCaseCode(code) }),
};
export const environment = (code: string) =>
	extension('base-ext-endpoint-environment-type', {
		valueCodeableConcept: concept(`${NDH}/CodeSystem/NdhEndpointEnvironmentCS`, code),
	});
export const registration = (profile: string) =>
	parts('base-ext-dynamicRegistration', {
		trustProfile: { valueCodeableConcept: concept(`${NDH}/CodeSystem/TrustProfileCS`, profile) },
		version: { valueString: '1' },
	});
export const trustFramework = (code: string, more: Record<string, object> = {}) =>
	parts('base-ext-trustFramework', {
		trustFrameworkType: { valueCodeableConcept: concept(`${NDH}/CodeSystem/TrustFrameworkTypeCS`, code) },
		...more,
	});
export const tokenServer = (url: string, type = 'authorization-authentication-server') =>
	parts('base-ext-associatedServers', {
		associatedServersType: {
			valueCodeableConcept: concept(`${NDH}/CodeSystem/NdhAssociatedServersTypeCS`, type),
		},
		serverURL: { valueString: url },
	});
export const artifact = (certificate: string, type = 'x509-mtls-certificate') =>
	parts('base-ext-secureExchangeArtifacts', {
		secureExchangeArtifactsType: {
			valueCodeableConcept: concept(`${NDH}/CodeSystem/NdhSecureExchangeArtifactsCS`, type),
		},
		certificate: { valueBase64Binary: certificate },
	});
export const signedObject = (certificate: string) =>
	parts(
		'pdex-mtls-signedobject-extension',
		{
			ObjectType: { valueCodeableConcept: concept(`${PDEX}/CodeSystem/MtlsObjectCodeCS`, 'MTLS') },
			Object: { valueBase64Binary: certificate },
		},
		PDEX,
	);

export const NPI = '1234567893';

export const organization = (changes: IDataObject = {}): IDataObject => ({
	resourceType: 'Organization',
	id: 'bison',
	active: true,
	identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: NPI }],
	type: [concept(`${NDH}/CodeSystem/OrgTypeCS`, 'payer')],
	name: 'Bison Health Plan',
	endpoint: [{ reference: 'Endpoint/bison-p2p' }],
	...changes,
});

export const endpoint = (changes: IDataObject = {}): IDataObject => ({
	resourceType: 'Endpoint',
	id: 'bison-p2p',
	status: 'active',
	connectionType: {
		system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type',
		code: 'hl7-fhir-rest',
	},
	name: 'Payer to payer',
	managingOrganization: { reference: 'Organization/bison' },
	contact: [{ system: 'email', value: 'p2p@bison.example' }],
	address: 'https://p2p.bison.example/fhir/r4/',
	extension: [USE_CASES.ndh1(), environment('prod'), registration('udap')],
	...changes,
});

export const bundle = (resources: IDataObject[], changes: IDataObject = {}): IDataObject => ({
	resourceType: 'Bundle',
	type: 'searchset',
	entry: resources.map((resource) => ({ resource })),
	...changes,
});
