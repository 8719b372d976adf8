-- +goose Up

-- What comparisons kept of a version by township: township_part holds it now.
drop table township_share;
