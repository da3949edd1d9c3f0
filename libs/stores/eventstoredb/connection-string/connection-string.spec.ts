import { describe, expect, it } from '@jest/globals';
import { InvalidConnectionString, isConnectionString, parseConnectionString } from './index.js';

describe('a connection string', () => {
  it.each([
    ['esdb://localhost:2113?tls=false', 'esdb://localhost:2113?tls=false'],
    ['kurrentdb://localhost?tls=false', 'esdb://localhost?tls=false'],
    ['kurrentdb+discover://cluster.example:2113', 'esdb+discover://cluster.example:2113'],
    ['esdb://localhost:2113?tls=false&tlsVerifyCert=false', 'esdb://localhost:2113?tls=false'],
    ['esdb://localhost:2113?tlsVerifyCert=false&tls=false', 'esdb://localhost:2113?tls=false'],
    ['esdb://admin:changeit@a:2113,b:2113,c:2113?nodePreference=follower', 'esdb://admin:changeit@a:2113,b:2113,c:2113?nodePreference=follower'],
  ])('%s is %s to the client', (given, text) => {
    expect(isConnectionString(given)).toBe(true);
    expect(parseConnectionString(given).text).toBe(text);
  });

  it('names hosts without the credentials', () => {
    expect(parseConnectionString('esdb://admin:se%40cret@a:2113,b:2114').hosts).toBe('a:2113,b:2114');
  });

  it.each([
    ['esdb://one:2113', false],
    ['esdb://a:2113,b:2113', true],
    ['esdb+discover://cluster', true],
    ['esdb+discover://cluster?nodePreference=Leader', true],
    ['esdb+discover://cluster?nodePreference=random', false],
  ])('%s reads from the leader of a cluster: %s', (given, expected) => {
    expect(parseConnectionString(given).readsFromLeader).toBe(expected);
  });

  it.each([
    ['postgres://localhost', /must begin with esdb/],
    ['esdb://', /at least one host/],
    ['esdb://user:secret@', /at least one host/],
    ['esdb://host:port', /at least one host/],
    ['esdb://host?tsl=false', /option tsl that does not exist: there are tls,/],
    ['esdb://host?tlsVerifyCert=false', /tlsCAFile instead/],
    ['esdb://user:secret@host?tls=maybe', /wrong at position \d+, expected true or false$/],
    ['esdb://host?tlsCAFile=/nowhere/ca.crt', /Failed to load certificate file/],
  ])('%s is refused, and the password is not told', (given, words) => {
    let refusal: unknown;
    try {
      parseConnectionString(given);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(InvalidConnectionString);
    expect((refusal as Error).message).toMatch(words);
    expect((refusal as Error).message).not.toContain('secret');
  });
});
