import { envelope } from '../../../../nodes/shared/exchange/envelope';
import {
	itemPayer,
	kindInKey,
	payerKey,
	readPayerKey,
	withoutTenant,
} from '../../../../nodes/shared/exchange/payerKey';

const UP = 'oneUpHealth';

test.each([
	[UP, 'https://gateway.1up.health', 'bison', 'oneUpHealth:gateway.1up.health/bison'],
	[UP, 'https://Gateway.1UP.health/', 'Bison', 'oneUpHealth:gateway.1up.health/bison'],
	[UP, 'https://gateway.1up.health:443', 'bison', 'oneUpHealth:gateway.1up.health/bison'],
	[UP, 'https://gateway.1up.health:8443/a/b//', 'x_y', 'oneUpHealth:gateway.1up.health:8443/a/b/x_y'],
	[UP, 'http://127.0.0.1:80', 't', 'oneUpHealth:127.0.0.1/t'],
	['pdex', 'https://fhir.payer.example/R4', undefined, 'pdex:fhir.payer.example/r4'],
	['pdex', 'https://fhir.payer.example', undefined, 'pdex:fhir.payer.example'],
	['pdex', 'https://fhir.payer.example:80/r4?x=1#y', undefined, 'pdex:fhir.payer.example:80/r4'],
	['pdex', 'https://user:secret@fhir.payer.example/r4', undefined, 'pdex:fhir.payer.example/r4'],
	['pdex', 'https://größe.example/r4', undefined, 'pdex:xn--gre-6ka8i.example/r4'],
	['pdex', 'http://[::1]:8080/fhir', undefined, 'pdex:[::1]:8080/fhir'],
	['pdex', 'https://fhir.payer.example/a%20b/r4', undefined, 'pdex:fhir.payer.example/a%20b/r4'],
])('A9 the key of %s %s %s is %s, and is read back', (kind, address, tenant, key) => {
	expect(payerKey({ kind, address, tenant })).toBe(key);
	expect(readPayerKey({ payer: key })).toBe(key);
	expect(kindInKey(key)).toBe(kind);
	if (tenant !== undefined) expect(withoutTenant(key)).toBe(key.slice(0, -tenant.length - 1));
});

test.each([
	undefined,
	null,
	'',
	'Aetna',
	'Aetna: PPO',
	'https://fhir.payer.example',
	'oneUpHealth:',
	'oneUpHealth:Gateway.1up.health/bison',
	'oneUpHealth:gateway.1up.health/bison/',
	'oneUpHealth:gateway.1up.health//bison',
	'pdex:a b',
	`pdex:${'a'.repeat(5000)}`,
	17,
	{},
	['pdex:a'],
])('A9 a column payer of %p is not ours, and does not travel', (payer) => {
	const item = { memberId: 'm1', payer, payerName: 'Aetna' } as never;
	expect(readPayerKey(item)).toBeUndefined();
	expect(itemPayer(item)).toEqual({});
	expect(envelope(item)).toEqual({ memberId: 'm1' });
});
