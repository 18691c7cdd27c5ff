import { resourceTexts } from '../../../../nodes/shared/fhir/bundleText';

test.each<[bundle: string, texts: string[]]>([
	['{}', []],
	['{"entry":null}', []],
	['{"entry":[]}', []],
	[' { "a":1,"entry" : [ { "resource" : {"x":1.50} } ] , "b":-0}', ['{"x":1.50}']],
	['{"entry":{"resource":{"x":[1,{"y":2.0}]}}}', ['{"x":[1,{"y":2.0}]}']],
	['{"entry":[{"resource":{"a":"]}\\"{["}},{"resource":{}}]}', ['{"a":"]}\\"{["}', '{}']],
	['{"entry":[{"resource":{"x":1}}],"entry":[{"resource":{"x":2}}]}', ['{"x":2}']],
	['{"entry":[{"resource":{"x":1},"resource":{"x":2}}]}', ['{"x":2}']],
	['{"\\u0065ntry":[{"resource":{"x":1}}]}', ['{"x":1}']],
	['{"meta":{"entry":[{"resource":{"x":1}}]},"entry":[1.0,null,"a",true]}', ['1.0', 'null', '"a"', 'true']],
	['{"entry":[{"fullUrl":"u","n":{"resource":1}}]}', ['{"fullUrl":"u","n":{"resource":1}}']],
])('B10 the resources in %s', (bundle, texts) => {
	JSON.parse(bundle);
	expect(resourceTexts(bundle)).toEqual(texts);
});
