import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.AbstractMongoBackend;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.List;

/** A server that speaks MongoDB's protocol: arguments are its port (0: any) and, unless memory will do, the file that it keeps its data in. */
public class Host {
    /** As new as the driver wants: of MongoDB 6.0. */
    record Version() implements MongoVersion {
        public int getWireVersion() { return 17; }
        public List<Integer> getVersionArray() { return List.of(6, 0, 0); }
    }

    /** Answers when what was written is in the file, so that a killed server has what it acknowledged. */
    static class FileBackend extends H2Backend {
        FileBackend(String file) { super(file); }

        @Override
        public Document handleMessage(MongoMessage message) {
            Document answer = super.handleMessage(message);
            if (getMvStore().hasUnsavedChanges()) commit();
            return answer;
        }
    }

    public static void main(String[] arguments) {
        AbstractMongoBackend backend = arguments.length > 1 ? new FileBackend(arguments[1]) : new MemoryBackend();
        MongoServer server = new MongoServer(backend.version(new Version()));
        server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
        System.out.println("listening on " + server.getLocalAddress().getPort());
    }
}
