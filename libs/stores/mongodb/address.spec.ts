import { describe, expect, it } from '@jest/globals';
import { InvalidAddress, mongoAddress } from './address.js';

describe('the address of a MongoDB', () => {
  it.each([
    ['mongodb://127.0.0.1', 'guanxi', 'mongodb://127.0.0.1/guanxi'],
    ['mongodb://a:1,b:2/crm?replicaSet=rs', 'crm', 'mongodb://a:1,b:2/crm'],
    ['mongodb+srv://cluster.example.com/read%2Dmodels', 'read-models', 'mongodb+srv://cluster.example.com/read-models'],
  ])('%s names a database', (url, database, name) => {
    expect(mongoAddress(url)).toMatchObject({ database, name });
  });

  it('shows nobody the password', () => {
    expect(mongoAddress('mongodb://ada:secret@db.example.com').name).toBe('mongodb://db.example.com/guanxi');
  });

  it('has our times where it says nothing else', () => {
    const { url } = mongoAddress('mongodb://127.0.0.1/?connectTimeoutMS=77');
    expect(url).toContain('connectTimeoutMS=77');
    expect(url).toContain('serverSelectionTimeoutMS=5000');
  });

  it.each([
    ['http://localhost', /mongodb:\/\//],
    ['mongodb://', /host/],
    ['mongodb://localhost:99999', /localhost:99999/],
    ['mongodb://localhost/?retryWritse=true', /retrywritse/],
    ['mongodb://localhost/?connectTimeoutMS=soon', /connectTimeoutMS|connecttimeoutms/],
    ['mongodb://localhost/a%2Fb', /a\/b/],
    ['mongodb://localhost/a.b', /a\.b/],
  ])('%s is refused, with the reason', (url, reason) => {
    expect(() => mongoAddress(url)).toThrow(InvalidAddress);
    expect(() => mongoAddress(url)).toThrow(reason);
  });
});
