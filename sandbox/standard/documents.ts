import { createHash } from 'node:crypto';
import { withFirst } from '../exportJobs';
import { FHIR_JSON } from '../mediaTypes';
import { batchesOf } from '../members';
import { fhirAnswer, refusal, type Answer } from '../operationOutcome';
import { resourcesOf } from '../resources';
import { memberOfPatient } from './members';
import type { Payer, PayerRequest } from './payer';

/** Documents by their address: how a DocumentReference names them (`documents`), and what goes wrong with them (`documentFault`). */

const LOGIN_PAGE = '<!DOCTYPE html><html><body><h1>Log in</h1></body></html>';
/** Which of a member's: the ids that the sandbox makes. */
const ID = /^(.{1,64})-documentreference-(\d{1,6})$/;

/** The resource as a payer names its documents; any other resource as it is. */
export function withAddresses(payer: Payer, resource: fhir4.FhirResource): fhir4.FhirResource {
	const { documents, documentFault } = payer.settings;
	if (documents === 'inline' || resource.resourceType !== 'DocumentReference') return resource;
	const content = resource.content.map((each) => {
		const { data = '', ...attachment } = each.attachment;
		const bytes = Buffer.from(data, 'base64');
		const hash = createHash('sha1')
			.update(bytes)
			.update(documentFault === 'hash' ? 'x' : '');
		return {
			...each,
			attachment: {
				...attachment,
				url: addressOf(payer, resource.id ?? ''),
				size: bytes.length + (documentFault === 'size' ? 1 : 0),
				hash: hash.digest('base64'),
			},
		};
	});
	return { ...resource, content };
}

function addressOf({ settings, url, dialect, fhirBase }: Payer, id: string): string {
	switch (settings.documents) {
		case 'binary':
			return `Binary/${id}`;
		case 'binary-absolute':
			return `${url()}${fhirBase}/Binary/${id}`;
		case 'relative':
			return `../documents/${id}`;
		case 'other-host':
			return `https://files.other.example/${id}`;
		case 'signed': {
			const expires = Date.now() + (settings.documentFault === 'expired' ? -1 : 3_600_000);
			return `${url()}/${dialect}/signed/${id}?expires=${expires}&signature=of-the-store`;
		}
		default:
			return `${url()}/${dialect}/documents/${id}`;
	}
}

/** A document at an address of its own, with the token or, by the setting `fileAccess`, without. */
export function document(asked: PayerRequest): Answer {
	const { settings, url, dialect } = asked.payer;
	if (settings.documentFault === 'redirect') {
		return { status: 302, headers: { location: 'https://files.other.example/1?signature=of-the-store' } };
	}
	if (settings.documentFault === 'redirect-own') {
		const location = `${url()}/${dialect}/signed/${asked.params.id}?expires=${Date.now() + 60_000}&signature=x`;
		return { status: 302, headers: { location } };
	}
	return bytesOf(asked);
}

/** A document at a signed address, which holds for a time only, as a store says it. */
export function signedDocument(asked: PayerRequest): Answer {
	const { expires, signature } = asked.query;
	if (signature === undefined || !(Number(expires) > Date.now())) {
		const body = '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';
		return { status: 403, headers: { 'content-type': 'application/xml' }, body };
	}
	return bytesOf(asked);
}

/** A read of a Binary: its bytes, or the resource for who asks for FHIR JSON, or has no choice (`binaryAnswer`). */
export function readBinary(asked: PayerRequest): Answer {
	const { binaryAnswer } = asked.payer.settings;
	const wantsResource = asked.headers.accept?.includes(FHIR_JSON) === true;
	const isResource = binaryAnswer === 'resource' || (binaryAnswer === 'accept' && wantsResource);
	if (!isResource) return bytesOf(asked);
	const found = attachmentOf(asked.params.id);
	if (!found) return refusal(404, 'not-found', 'There is no such Binary.');
	const { contentType = 'text/plain', data } = found;
	return fhirAnswer(200, { resourceType: 'Binary', id: asked.params.id, contentType, data });
}

function bytesOf({ payer, params }: PayerRequest): Answer {
	const found = attachmentOf(params.id);
	if (!found || payer.settings.documentFault === 'not-found') {
		return refusal(404, 'not-found', 'There is no such document.');
	}
	if (payer.settings.documentFault === 'html') {
		return { status: 200, headers: { 'content-type': 'text/html' }, body: LOGIN_PAGE };
	}
	const body = Buffer.from(found.data ?? '', 'base64');
	return { status: 200, headers: { 'content-type': found.contentType ?? 'text/plain' }, body };
}

/** The attachment of a DocumentReference by its id: made anew, since the sandbox keeps none. */
function attachmentOf(id: string): fhir4.Attachment | undefined {
	const [, memberId = '', digits = '0'] = ID.exec(id) ?? [];
	const member = memberOfPatient(memberId);
	const number = Number(digits);
	if (!member || number < 1) return undefined;
	const all = batchesOf(member);
	const batch = withFirst(all).find(
		({ type, first, count }) => type === 'DocumentReference' && first < number && number <= first + count,
	);
	if (!batch) return undefined;
	const [resource] = [...resourcesOf(member, all, { ...batch, first: number - 1, count: 1 })];
	return resource.resourceType === 'DocumentReference' ? resource.content[0].attachment : undefined;
}
