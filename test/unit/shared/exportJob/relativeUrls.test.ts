import { manifestFromReply } from '../../../../nodes/shared/exportJob/manifest';

const AT = 'https://payer.example/fhir/jobs/1/status';

test.each<[url: string, expected: string]>([
	['https://payer.example/files/1', 'https://payer.example/files/1'],
	['/files/1', 'https://payer.example/files/1'],
	['../files/1', 'https://payer.example/fhir/jobs/files/1'],
	['files/1', 'https://payer.example/fhir/jobs/1/files/1'],
	['//other.example/1', 'https://other.example/1'],
	['ftp://payer.example/1', 'ftp://payer.example/1'],
	['1.ndjson', '1.ndjson'],
	['//', '//'],
])('E3 the address %s is resolved wherever a manifest has one', (url, expected) => {
	const json = {
		output: [{ url, continuesInFile: url }],
		error: [{ url }],
		deleted: [{ url }],
		link: [{ relation: 'next', url }],
	};
	expect(manifestFromReply({ json, headers: {}, url: AT })).toMatchObject({
		files: [{ url: expected, continuesInFile: expected }],
		errorFiles: [{ url: expected }],
		deletedFiles: [{ url: expected }],
		nextPage: expected,
	});
	expect(manifestFromReply({ json, headers: {} })?.files).toMatchObject([{ url, continuesInFile: url }]);
});

test('a further page without an address stays one', () => {
	const json = { output: [], link: [{ relation: 'next' }] };
	expect(manifestFromReply({ json, headers: {}, url: AT })?.nextPage).toBe('');
});
