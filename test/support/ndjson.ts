/** Resources as the lines of an NDJSON file. */
export function ndjson(...resources: readonly object[]): string {
	return resources.map((each) => `${JSON.stringify(each)}\n`).join('');
}
