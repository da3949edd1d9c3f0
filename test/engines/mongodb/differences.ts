import { MongoClient } from 'mongodb';

const REASON = 'mongo-java-server answers otherwise than MongoDB';

/** Tests of the contract that mongo-java-server 1.47 cannot pass, where it answers otherwise than MongoDB. */
const MONGO_JAVA_SERVER: ReadonlyMap<string, string> = new Map([
  ['is that of the keys by code point where no sort is given', `${REASON}: text in the order of UTF-16`],
  ['of text is that of its code points', `${REASON}: text in the order of UTF-16`],
  ['an array equals the same array, also as an element: {"v":[1,5]}', `${REASON}: not as an element`],
  ['a range, of which elements of an array may meet one end each: {"v":{"$gt":1,"$lt":5}}', `${REASON}: one element must meet both ends`],
  ['a range over an array may be met by two of its objects: {"lines.qty":{"$gt":1,"$lt":5}}', `${REASON}: one element must meet both ends`],
  ['null is at least null: {"v":{"$gte":null}}', `${REASON}: by nothing`],
  ['one of several: {"v":{"$in":[5,"",true]}}', `${REASON}: it looks into arrays of arrays`],
  ['none of several: {"v":{"$nin":[5,null]}}', `${REASON}: it looks into arrays of arrays`],
  ['all of one, which a single value is too: {"v":{"$all":["five"]}}', `${REASON}: arrays alone`],
  ['all by $elemMatch: {"lines":{"$all":[{"$elemMatch":{"sku":"x"}},{"$elemMatch":{"qty":5}}]}}', `${REASON}: $elemMatch is a value`],
  ['a field under an array is there if one object has it: {"lines.qty":{"$exists":false}}', `${REASON}: if all have it`],
  ['{"$eq":["$missing",null]} of a sale', `${REASON}: what is missing is null`],
  ['{"$lt":["$missing",null]} of a sale', `${REASON}: what is missing is null`],
  ['{"$trunc":[1.999,1]} of a sale', `${REASON}: $trunc takes no places`],
  ['{"$toLower":"$missing"} of a sale', `${REASON}: null`],
]);

export const ofInstalledServer = MONGO_JAVA_SERVER;

/** What a server answers otherwise than MongoDB: nothing, unless it is the one that is also installed here. */
export async function differencesOf(url: string): Promise<ReadonlyMap<string, string>> {
  const client = new MongoClient(url);
  try {
    const { gitVersion } = await client.db('admin').command({ buildInfo: 1 });
    // MongoDB says what it was built from; mongo-java-server does not.
    return gitVersion === undefined ? MONGO_JAVA_SERVER : new Map();
  } finally {
    await client.close();
  }
}
