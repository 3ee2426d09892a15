-- A history as version 1 of the schema wrote it: a call that ended and one that was cut off. Made up.
BEGIN TRANSACTION;
CREATE TABLE calls (
  call_id VARCHAR(32) NOT NULL PRIMARY KEY, entry_id VARCHAR(64) NOT NULL, number VARCHAR(128) NOT NULL,
  company TEXT NOT NULL, goal TEXT NOT NULL, started_at FLOAT NOT NULL, answered_at FLOAT, ended_at FLOAT,
  hold_s FLOAT NOT NULL, outcome VARCHAR(32), sentence TEXT NOT NULL
);
INSERT INTO "calls" VALUES('00000000000000000000000000000001','entry-1','+15550100','Acme Bank','a charge',1780001000.0,1780001003.0,1780001600.0,420.0,'connected','You were put through.');
INSERT INTO "calls" VALUES('00000000000000000000000000000002','entry-1','+15550100','Acme Bank','a charge',1780002000.0,NULL,NULL,0.0,NULL,'');
CREATE TABLE events (
  event_id INTEGER NOT NULL PRIMARY KEY, call_id VARCHAR(32) NOT NULL REFERENCES calls (call_id) ON DELETE CASCADE,
  kind VARCHAR(32) NOT NULL, at FLOAT NOT NULL, t_s FLOAT NOT NULL, data TEXT NOT NULL
);
INSERT INTO "events" VALUES(1,'00000000000000000000000000000001','started',1780001000.0,0.0,'{"company": "Acme Bank"}');
INSERT INTO "events" VALUES(2,'00000000000000000000000000000001','ringing',1780001001.0,1.0,'{}');
INSERT INTO "events" VALUES(3,'00000000000000000000000000000001','answered',1780001003.0,3.0,'{}');
INSERT INTO "events" VALUES(4,'00000000000000000000000000000001','prompt_heard',1780001009.0,9.0,'{"text": "For billing, press one."}');
INSERT INTO "events" VALUES(5,'00000000000000000000000000000001','key_pressed',1780001010.0,10.0,'{"digits": "1", "reason": "best_option"}');
INSERT INTO "events" VALUES(6,'00000000000000000000000000000001','hold_started',1780001030.0,30.0,'{"reason": "music"}');
INSERT INTO "events" VALUES(7,'00000000000000000000000000000001','human_answered',1780001450.0,450.0,'{"reason": "speech_after_music"}');
INSERT INTO "events" VALUES(8,'00000000000000000000000000000001','target_ringing',1780001452.0,452.0,'{"target": "Kitchen"}');
INSERT INTO "events" VALUES(9,'00000000000000000000000000000001','target_failed',1780001472.0,472.0,'{"target": "Kitchen", "reason": "no_answer"}');
INSERT INTO "events" VALUES(10,'00000000000000000000000000000001','target_ringing',1780001472.0,472.0,'{"target": "Mobile"}');
INSERT INTO "events" VALUES(11,'00000000000000000000000000000001','connected',1780001480.0,480.0,'{"target": "Mobile"}');
INSERT INTO "events" VALUES(12,'00000000000000000000000000000001','ended',1780001600.0,600.0,'{"outcome": "connected", "sentence": "You were put through."}');
INSERT INTO "events" VALUES(13,'00000000000000000000000000000002','started',1780002000.0,0.0,'{"company": "Acme Bank"}');
INSERT INTO "events" VALUES(14,'00000000000000000000000000000002','ringing',1780002001.0,1.0,'{}');
INSERT INTO "events" VALUES(15,'00000000000000000000000000000002','answered',1780002003.0,3.0,'{}');
INSERT INTO "events" VALUES(16,'00000000000000000000000000000002','prompt_heard',1780002009.0,9.0,'{"text": "For billing, press one."}');
INSERT INTO "events" VALUES(17,'00000000000000000000000000000002','key_pressed',1780002010.0,10.0,'{"digits": "1", "reason": "best_option"}');
INSERT INTO "events" VALUES(18,'00000000000000000000000000000002','hold_started',1780002030.0,30.0,'{"reason": "music"}');
CREATE TABLE migrations (version INTEGER NOT NULL PRIMARY KEY, applied_at FLOAT NOT NULL);
INSERT INTO "migrations" VALUES(1,1780000000.0);
CREATE INDEX ix_calls_entry_started ON calls (entry_id, started_at);
CREATE INDEX ix_events_call ON events (call_id)
;
COMMIT;
