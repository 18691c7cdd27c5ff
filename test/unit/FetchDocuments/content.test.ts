import { createHash } from 'node:crypto';
import { fromBase64 } from '../../../nodes/FetchDocuments/content/base64';
import { contentOf } from '../../../nodes/FetchDocuments/content/contentMeter';
import { nameOf } from '../../../nodes/FetchDocuments/content/heldDocument';
import {
	acceptOf,
	fileNameOf,
	mediaTypeOf,
	storedType,
} from '../../../nodes/FetchDocuments/content/mediaTypes';
import { compare, statedContent } from '../../../nodes/FetchDocuments/content/statedContent';

const BYTES = Buffer.from('a document');
const hash = (algorithm: string) => createHash(algorithm).update(BYTES);
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each<[what: string, stated: string, ok: boolean | null]>([
	['SHA-1 in base64, as R4 wants it', hash('sha1').digest('base64'), true],
	['SHA-1 in base 16', hash('sha1').digest('hex'), true],
	['the same in capital letters', hash('sha1').digest('hex').toUpperCase(), true],
	['SHA-1 in base 16 in base64', base64(hash('sha1').digest('hex')), true],
	['SHA-256 in base64', hash('sha256').digest('base64'), true],
	['SHA-256 in base 16', hash('sha256').digest('hex'), true],
	['another SHA-1', createHash('sha1').digest('base64'), false],
	['another SHA-256', createHash('sha256').digest('base64'), false],
	['MD5', hash('md5').digest('base64'), null],
	['SHA-512', hash('sha512').digest('base64'), null],
	['none', 'none at all!', null],
	['an endless one', 'A'.repeat(100_000), null],
])('P8 a stated hash: %s', (_, stated, ok) => {
	expect(compare(contentOf(BYTES), statedContent({ hash: stated })).hashOk).toBe(ok);
});

test.each<[size: unknown, ok: boolean | null]>([
	[BYTES.length, true],
	[String(BYTES.length), true],
	[BYTES.length + 1, false],
	[0, false],
	[undefined, null],
	[-1, null],
	['many', null],
])('P8 a stated size of %p', (size, ok) => {
	expect(compare(contentOf(BYTES), statedContent({ size } as never)).sizeOk).toBe(ok);
});

test.each<[what: string, body: string, stated: object, answered: string | undefined, isOther: boolean]>([
	['a page', '<!DOCTYPE html><p>', { contentType: 'application/pdf' }, 'text/html', true],
	[
		'a page after an empty line',
		'\r\n <HTML lang="en">',
		{ contentType: 'application/pdf' },
		undefined,
		true,
	],
	['a page with a byte order mark', '\uFEFF<!doctype html >', {}, undefined, true],
	['a page that was stated', '<html><p>', { contentType: 'text/html' }, 'text/html', false],
	['XML', '<?xml version="1.0"?><ClinicalDocument>', { contentType: 'text/xml' }, 'text/xml', false],
	['a text about pages', 'How to write <html>', { contentType: 'text/plain' }, 'text/plain', false],
	['another tag', '<htmlish>', {}, 'text/plain', false],
])('P8 HTML in place of a document: %s', (_, body, stated, answered, isOther) => {
	expect(
		compare(contentOf(Buffer.from(body)), statedContent(stated as never), answered).inPlace !== undefined,
	).toBe(isOther);
});

test.each<[text: unknown, bytes: string | undefined]>([
	['YSBkb2N1bWVudA==', 'a document'],
	['YSBkb2N1bWVudA', 'a document'],
	['YSBk\r\nb2N1\n bWVudA==\n', 'a document'],
	['', ''],
	['A', undefined],
	['YSBkb2N1bWVudA===', undefined],
	['Ada Lark!', undefined],
	[7, undefined],
])('base64 of %p', (text, bytes) => {
	expect(fromBase64(text)?.toString()).toBe(bytes);
});

test('base64 of the form for addresses', () => {
	expect(fromBase64('-_-_')).toEqual(Buffer.from('+/+/', 'base64'));
});

test.each<[contentType: unknown, mediaType: string | undefined, stored: string, accept: string]>([
	['application/pdf', 'application/pdf', 'application/pdf', 'application/pdf, */*;q=0.1'],
	['Text/Plain; charset=utf-8', 'text/plain', 'text/plain', 'text/plain, */*;q=0.1'],
	['text/html', 'text/html', 'application/octet-stream', 'text/html, */*;q=0.1'],
	[
		'application/xhtml+xml',
		'application/xhtml+xml',
		'application/octet-stream',
		'application/xhtml+xml, */*;q=0.1',
	],
	['image/svg+xml', 'image/svg+xml', 'application/octet-stream', 'image/svg+xml, */*;q=0.1'],
	['text/xml', 'text/xml', 'application/octet-stream', 'text/xml, */*;q=0.1'],
	['text/javascript', 'text/javascript', 'application/octet-stream', 'text/javascript, */*;q=0.1'],
	...['pdf', 'application/', '/pdf', 'a/b/c', 'text/plain\r\nX: y', 'ä/ö', '', 7, undefined].map(
		(each): [unknown, undefined, string, string] => [each, undefined, 'application/octet-stream', '*/*'],
	),
	[`a/${'b'.repeat(200)}`, undefined, 'application/octet-stream', '*/*'],
])('C the media type %j is a claim', (contentType, mediaType, stored, accept) => {
	const read = mediaTypeOf(contentType);
	expect([read, storedType(read), acceptOf(read)]).toEqual([mediaType, stored, accept]);
});

test('the name of a file is the same each time, another for each document, and ends in a known way only', () => {
	const name = (...identity: unknown[]) => fileNameOf(identity, 1, 'application/pdf');
	expect(name('p', 'DocumentReference', '1')).toBe(name('p', 'DocumentReference', '1'));
	expect(name('p', 'DocumentReference', '1')).not.toBe(name('q', 'DocumentReference', '1'));
	for (const type of ['constructor', 'application/x-sh', undefined]) {
		expect(fileNameOf(['p'], 2, type)).toMatch(/^document-[0-9a-f]{16}-2\.bin$/);
	}
});

test.each<[what: string, one: object, other: object, isSame: boolean]>([
	['of one place in a file', {}, {}, true],
	['of two clients of one payer', { directoryKey: 'north' }, { directoryKey: 'south' }, false],
	['of a client, fetched twice', { directoryKey: 'north' }, { directoryKey: 'north' }, true],
])('P8 the names of documents without an id, %s', (_, one, other, isSame) => {
	const about = { payer: 'pdex:fhir.payer.example/r4', jobId: '1', batch: 1, line: 1 };
	const named = (more: object) =>
		nameOf({ documentType: 'DocumentReference', attachment: 1, content: {}, about: { ...about, ...more } });
	expect(named(one) === named(other)).toBe(isSame);
});
